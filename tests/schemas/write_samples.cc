// Writes what tokensieve writes to its topics, for a table of cases, as
// NDJSON: {"schema":<file>,"value":<what was written>}. The schemas are held
// against it.

#include "schemas/dead_letter.h"
#include "schemas/json_writer.h"
#include "schemas/request.h"
#include "tests/schemas/sample_tokens.h"

#include <cstdint>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace tokensieve;

void print(std::string_view schema, std::string_view value) {
  std::cout << R"({"schema":")" << schema << R"(","value":)" << value << "}\n";
}

void print_both(const leaked_token& token, const leak_origin& origin) {
  print("revocation-request", write_request(token, origin));
  print("sighting", write_sighting(token, origin, 3));
}

void print_dead_letter(dead_letter_reason reason,
                       std::optional<std::size_t> truncated) {
  json_writer out;
  out.begin_object();
  for (const auto& [name, value] :
       dead_letter_headers(reason, sample_origin(), truncated)) {
    out.member(name, value);
  }
  out.end_object();
  print("dead-letter", std::move(out).take());
}

}  // namespace

int main() {
  kafka_origin without_time = sample_origin();
  without_time.timestamp_ms.reset();
  for (const std::string_view value :
       {k_granular_token, k_legacy_token,
        std::string_view("5AFE0000-0042-4000-8000-5EED5EED5EED"),
        std::string_view("NpmToken.5afe0000-004e-4000-8000-5eed5eed5eed")}) {
    for (const leak_origin& origin :
         std::vector<leak_origin>{sample_origin(), without_time,
                                  file_origin{.file = "build.log", .record = 4},
                                  file_origin{.file = "-", .record = {}}}) {
      print_both(bare_token(value), origin);
      print_both(full_token(value), origin);
    }
  }

  leaked_token low = bare_token("npm_SYNTHETIC9000TOKANxNOTxREALxxx0tM5mk");
  low.found.checksum = token_checksum::invalid;
  low.found.confidence = token_confidence::low;
  print_both(low, sample_origin());

  leaked_token encoded = bare_token(k_granular_token);
  encoded.found.confidence = token_confidence::medium;
  for (auto i = static_cast<int>(token_encoding::base64);
       i <= static_cast<int>(token_encoding::terminal); ++i) {
    encoded.found.encodings.push_back(static_cast<token_encoding>(i));
  }
  encoded.where.line.reset();
  encoded.where.column.reset();
  print_both(encoded, sample_origin());

  leaked_token placed = full_token(k_granular_token);
  for (const patch_side side :
       {patch_side::added, patch_side::removed, patch_side::context}) {
    placed.where.side = side;
    print_both(placed, sample_origin());
  }
  for (const leak_kind kind : {leak_kind::build_log, leak_kind::commit,
                               leak_kind::file, leak_kind::other}) {
    placed.where.kind = kind;
    placed.where.field = "/a~1b/~0/7/ \xE9\"";
    print_both(placed, sample_origin());
  }

  for (auto i = static_cast<int>(dead_letter_reason::invalid_json);
       i <= static_cast<int>(dead_letter_reason::produce_rejected); ++i) {
    print_dead_letter(static_cast<dead_letter_reason>(i), {});
    print_dead_letter(static_cast<dead_letter_reason>(i), 70'000'000);
  }
}
