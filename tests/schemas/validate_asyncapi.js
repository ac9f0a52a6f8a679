// validate_asyncapi.js DOCUMENT: exit status 1 unless the document is valid
// AsyncAPI, every reference in it leads somewhere, and each of its mutants is
// refused.
"use strict";

const fs = require("fs");
const path = require("path");
const { Parser } = require("@asyncapi/parser");

const source = path.resolve(process.argv[2]);
const text = fs.readFileSync(source, "utf8");

async function errors_of(document) {
  const { diagnostics } = await new Parser().parse(document, { source });
  return diagnostics.filter(({ severity }) => severity === 0);
}

// What a mutant replaces must be there, else it proves nothing.
const mutants = [
  ["asyncapi: 3.0.0", "asyncapi: 9.0.0"],
  ["action: receive", "action: listen"],
  ["./sighting.schema.json", "./no-such.schema.json"],
  ['"#/channels/commits"', '"#/channels/nowhere"'],
  ['"#/components/messages/commit"', '"#/components/messages/nothing"'],
  ['"#/components/schemas/fingerprint"', '"#/components/schemas/nothing"'],
  ["address: ci.commits", "address: [ci.commits]"],
  ["  title: tokensieve\n", ""],
  ["type: string\n      pattern", "type: text\n      pattern"],
];

async function main() {
  let failures = 0;
  const fail = (message) => {
    failures += 1;
    console.error(message);
  };
  for (const { message, path: where } of await errors_of(text)) {
    fail(`${source}: ${where.join(".")}: ${message}`);
  }
  for (const [from, to] of mutants) {
    if (!text.includes(from)) {
      fail(`the document has no '${from}' to break`);
    } else if ((await errors_of(text.replace(from, to))).length === 0) {
      fail(`valid with '${to}' for '${from}'`);
    }
  }
  console.log(`${mutants.length} mutants, ${failures} failures`);
  process.exit(failures === 0 ? 0 : 1);
}

main();
