"""Holds the schemas against their examples, against what tokensieve writes and
against mutants of both.

validate_schemas.py SCHEMAS WRITE_SAMPLES: the folder of the schemas and the
program that writes samples.
"""

import copy
import hashlib
import json
import pathlib
import re
import subprocess
import sys
import unittest

import jsonschema
import yaml

FOLDER, WRITE_SAMPLES = sys.argv[1], sys.argv[2]
NAMES = ["build-log", "commit", "revocation-request", "sighting", "dead-letter"]
OUTPUTS = NAMES[2:]
SCHEMAS = {
    name: json.loads(
        pathlib.Path(FOLDER, f"{name}.schema.json").read_text("utf-8"))
    for name in NAMES
}

# Paths of the outputs whose value may be null, any text, or absent.
NULLABLE = {
    "registry", "leak.provider", "leak.organization", "leak.repository",
    "leak.build", "leak.job", "leak.sha", "leak.path", "leak.side", "leak.url",
    "leak.time", "leak.index", "leak.line", "leak.column", "origin.timestamp",
    "origin.record",
}
FREE_TEXT = {
    "leak.provider", "leak.organization", "leak.repository", "leak.build",
    "leak.job", "leak.sha", "leak.path", "leak.url", "leak.time",
    "origin.topic", "origin.file", "dlq-topic", "__connect.errors.topic",
    "__connect.errors.exception.message",
}
OPTIONAL = {"dlq-truncated"}
# Paths where 7 is as good as any number.
NUMBERS = {
    "leak.index", "leak.line", "leak.column", "origin.partition",
    "origin.offset", "origin.record", "count",
}


def strict(schema):
    """The schema without room for members that it does not name."""
    if isinstance(schema, dict):
        result = {key: strict(value) for key, value in schema.items()}
        if schema.get("type") == "object" and "properties" in schema:
            result["additionalProperties"] = False
        return result
    if isinstance(schema, list):
        return [strict(value) for value in schema]
    return schema


def validator(name, exact=False):
    schema = strict(SCHEMAS[name]) if exact else SCHEMAS[name]
    return jsonschema.Draft202012Validator(
        schema, format_checker=jsonschema.FormatChecker())


def is_valid(name, value, exact=False):
    return validator(name, exact).is_valid(value)


def members(value, prefix=()):
    """The path of every member, at any depth."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield prefix + (key,)
            yield from members(inner, prefix + (key,))


def changed(value, path, change):
    result = copy.deepcopy(value)
    holder = result
    for key in path[:-1]:
        holder = holder[key]
    change(holder, path[-1])
    return result


def replaced(value, path, by):
    def change(holder, key):
        holder[key] = by
    return changed(value, path, change)


def removed(value, path):
    return changed(value, path, lambda holder, key: holder.pop(key))


def samples():
    out = subprocess.run([WRITE_SAMPLES], check=True, capture_output=True)
    return [json.loads(line) for line in out.stdout.splitlines()]


class Schemas(unittest.TestCase):

    def test_each_is_a_schema(self):
        for name, schema in SCHEMAS.items():
            jsonschema.Draft202012Validator.check_schema(schema)
            self.assertEqual(schema["$id"], f"urn:tokensieve:schema:{name}:v1")

    def test_no_other_schema_lies_beside_them(self):
        found = {path.name for path in pathlib.Path(FOLDER).glob("*.json")}
        self.assertEqual(found, {f"{name}.schema.json" for name in NAMES})

    def test_each_has_examples_that_are_valid(self):
        for name, schema in SCHEMAS.items():
            self.assertTrue(schema["examples"])
            for example in schema["examples"]:
                validator(name, exact=True).validate(example)

    def test_members_may_be_added(self):
        for name, schema in SCHEMAS.items():
            example = schema["examples"][0]
            self.assertTrue(is_valid(name, {**example, "new": "x"}))
            self.assertFalse(is_valid(name, {**example, "new": "x"}, True))

    def test_every_member_is_described(self):
        plain = {"author", "organization", "repository", "path", "message",
                 "name", "email", "files", "branch", "status"}
        for name, schema in SCHEMAS.items():
            for key, value in schema["properties"].items():
                self.assertTrue(
                    {"description", "const", "pattern", "enum", "minLength",
                     "properties"} & set(value) or key in plain,
                    f"{name}.{key}")

    def test_asyncapi_refers_to_all_of_them(self):
        text = pathlib.Path(FOLDER, "asyncapi.yaml").read_text("utf-8")
        references = set(re.findall(r"\./([a-z-]+\.schema\.json)", text))
        self.assertEqual(references, {f"{name}.schema.json" for name in NAMES})
        channels = yaml.safe_load(text)["channels"].values()
        self.assertEqual({channel["address"] for channel in channels},
                         {"ci.build-logs", "ci.commits",
                          "npm.revocation-requests", "npm.token-sightings",
                          "npm.dead-letters"})


class Outputs(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.samples = samples()

    def test_what_is_written_is_valid(self):
        self.assertEqual({sample["schema"] for sample in self.samples},
                         set(OUTPUTS))
        for sample in self.samples:
            validator(sample["schema"], exact=True).validate(sample["value"])

    def test_every_word_of_an_enumeration_is_written(self):
        written = {name: set() for name in OUTPUTS}

        def collect(value, into):
            if isinstance(value, dict):
                for inner in value.values():
                    collect(inner, into)
            elif isinstance(value, list):
                for inner in value:
                    collect(inner, into)
            else:
                into.add(value)

        def words(schema):
            if isinstance(schema, dict):
                yield from schema.get("enum", [])
                for key, inner in schema.items():
                    if key not in ("examples", "enum"):
                        yield from words(inner)
            elif isinstance(schema, list):
                for inner in schema:
                    yield from words(inner)

        for sample in self.samples:
            collect(sample["value"], written[sample["schema"]])
        for name in OUTPUTS:
            self.assertEqual(set(words(SCHEMAS[name])) - written[name], set())

    def test_ids_and_fingerprints_follow_the_contract(self):
        seen = 0
        values = [sample["value"] for sample in self.samples]
        for name in ("revocation-request", "sighting"):
            values += SCHEMAS[name]["examples"]
        for value in values:
            if "origin" not in value:
                continue
            seen += 1
            origin, leak = value["origin"], value["leak"]
            if "file" in origin:
                lines = [origin["file"], origin["record"], None]
            else:
                lines = [origin["topic"], origin["partition"], origin["offset"]]
            lines += [leak["index"], leak["field"], leak["line"],
                      leak["column"], value["token"]["fingerprint"],
                      value["registry"]]
            text = "\n".join("" if line is None else str(line)
                             for line in lines)
            self.assertEqual(value["id"],
                             hashlib.sha256(text.encode()).hexdigest())
            token = value["token"].get("value")
            if token is not None:
                digest = hashlib.sha256(token.encode()).hexdigest()
                self.assertEqual(value["token"]["fingerprint"],
                                 f"sha256:{digest}")
                shown = token.removeprefix("NpmToken.")
                self.assertEqual(value["token"]["display"],
                                 f"{shown[:8]}...{shown[-4:]}")
        self.assertGreater(seen, 50)


class Mutants(unittest.TestCase):
    """Each changes one thing, and must be refused."""

    def refuse(self, name, mutant, what):
        self.assertFalse(is_valid(name, mutant), f"{name}: {what}")

    def test_of_outputs_without_a_member(self):
        for name in OUTPUTS:
            for example in SCHEMAS[name]["examples"]:
                for path in members(example):
                    mutant = removed(example, path)
                    if ".".join(path) in OPTIONAL:
                        self.assertTrue(is_valid(name, mutant))
                    else:
                        self.refuse(name, mutant, f"without {path}")

    def test_of_outputs_with_a_wrong_type_or_word(self):
        for name in OUTPUTS:
            for example in SCHEMAS[name]["examples"]:
                for path in members(example):
                    dotted = ".".join(path)
                    for by in (None, True, 7, 1.5, -1, "wrong", [], {}, ["x"]):
                        if (by is None and dotted in NULLABLE or
                                by == "wrong" and dotted in FREE_TEXT or
                                by == 7 and dotted in NUMBERS or
                                by == [] and dotted in ("hazards",
                                                        "leak.encodings")):
                            continue
                        self.refuse(name, replaced(example, path, by),
                                    f"{by!r} at {dotted}")

    def test_of_outputs_with_a_value_that_nearly_fits(self):
        near = [
            ("id", lambda old: old.upper() + "0"),
            ("id", lambda old: old[:-1]),
            ("id", lambda old: "g" + old[1:]),
            ("token.fingerprint", lambda old: old.removeprefix("sha256:")),
            ("token.fingerprint", lambda old: old[:-1] + "F"),
            ("token.display", lambda old: old + "x"),
            ("token.display", lambda old: old.replace("...", "…")),
            ("token.kind", lambda old: "legacy" if old == "granular"
             else "granular"),
            ("token.format", lambda old: "npm" if old != "npm" else "uuid"),
            ("token.checksum", lambda old: "none" if old == "valid"
             else "valid"),
            ("registry", lambda old: "https://npm.corp.example/"),
            ("registry", lambda old: "//npm.corp.example/"),
            ("registry", lambda old: "npm.corp.example/path"),
            ("registry", lambda old: "me:secret@npm.corp.example/"),
            ("registry", lambda old: ""),
            ("leak.side", lambda old: "both"),
            ("leak.field", lambda old: "text"),
            ("leak.field", lambda old: "/a~2"),
            ("leak.field", lambda old: "/a~"),
            ("leak.line", lambda old: 0),
            ("leak.column", lambda old: 0),
            ("leak.index", lambda old: 0),
            ("leak.encodings", lambda old: ["base32"]),
            ("hazards", lambda old: ["wipe-on-revoke", "wipe-on-revoke"]),
            ("schema", lambda old: old.replace("/v1", "/v2")),
        ]
        for name in ("revocation-request", "sighting"):
            for example in SCHEMAS[name]["examples"]:
                for dotted, change in near:
                    path = tuple(dotted.split("."))
                    old = example
                    for key in path:
                        old = old[key]
                    by = change(old)
                    self.refuse(name, replaced(example, path, by),
                                f"{by!r} at {dotted}")

    def test_of_tokens(self):
        example = SCHEMAS["revocation-request"]["examples"][0]
        value = example["token"]["value"]
        for by in (value[:-1], value + "x", value.replace("npm_", "npm-"),
                   " " + value, value[:-1] + "_"):
            self.refuse("revocation-request",
                        replaced(example, ("token", "value"), by), by)

    def test_of_sightings_that_show_the_token(self):
        request = SCHEMAS["revocation-request"]["examples"][0]
        sighting = SCHEMAS["sighting"]["examples"][0]
        value = request["token"]["value"]
        self.refuse("sighting",
                    replaced(sighting, ("token", "value"), value), "value")
        self.refuse("sighting", replaced(sighting, ("count",), 0), "count 0")

    def test_of_one_output_as_the_other(self):
        for name in OUTPUTS:
            for other in OUTPUTS:
                if other != name:
                    self.refuse(name, SCHEMAS[other]["examples"][0], other)

    def test_of_origins(self):
        example = SCHEMAS["revocation-request"]["examples"][0]
        kafka = example["origin"]
        for origin in ({}, {**kafka, "file": "x", "record": None},
                       {"file": "x", "record": 0}, {**kafka, "topic": ""},
                       {**kafka, "partition": -1},
                       {**kafka, "timestamp": "2026-11-24T02:07:00Z"},
                       {**kafka, "timestamp": "2026-11-24 02:07:00.000Z"},
                       {**kafka, "timestamp": "2026-11-24T02:07:00.000+01:00"}):
            self.refuse("revocation-request",
                        replaced(example, ("origin",), origin), origin)

    def test_of_dead_letters(self):
        example = SCHEMAS["dead-letter"]["examples"][0]
        for key, by in (("dlq-offset", ""), ("dlq-offset", "-1"),
                        ("dlq-partition", "three"), ("dlq-truncated", "1.5"),
                        ("dlq-version", "next"), ("dlq-topic", "")):
            self.refuse("dead-letter", replaced(example, (key,), by),
                        f"{by!r} at {key}")

    def test_of_build_logs(self):
        log = SCHEMAS["build-log"]["examples"][0]
        for mutant in (removed(log, ("type",)), removed(log, ("text",)),
                       *(replaced(log, ("type",), by)
                         for by in ("commit", None, 1)),
                       *(replaced(log, ("text",), by)
                         for by in (None, 1, {}, ["a", 1], [["a"]])),
                       *(replaced(log, ("sequence",), by)
                         for by in (-1, "1", 1.5)),
                       *(replaced(log, (key,), 1) for key in
                         ("id", "time", "provider", "organization",
                          "repository", "build", "job", "url", "stream"))):
            self.refuse("build-log", mutant, mutant)

    def test_of_commits(self):
        commit = SCHEMAS["commit"]["examples"][0]
        file = commit["files"][0]
        for mutant in (removed(commit, ("type",)), removed(commit, ("sha",)),
                       replaced(commit, ("type",), "build_log"),
                       replaced(commit, ("author",), "Dana"),
                       replaced(commit, ("author", "name"), 1),
                       replaced(commit, ("author", "email"), 1),
                       *(replaced(commit, (key,), 1) for key in
                         ("id", "time", "provider", "organization", "sha",
                          "repository", "branch", "url", "message", "files")),
                       *(replaced(commit, ("files",), [by]) for by in
                         ("x", {}, removed(file, ("path",)),
                          removed(file, ("patch",)), {**file, "path": 1},
                          {**file, "patch": 1}, {**file, "status": 1},
                          {**file, "content": 1}))):
            self.refuse("commit", mutant, mutant)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
