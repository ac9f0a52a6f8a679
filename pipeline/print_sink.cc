#include "pipeline/print_sink.h"

#include "pipeline/utf8.h"
#include "schemas/request.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <string_view>
#include <system_error>
#include <variant>

namespace tokensieve {
namespace {

constexpr std::size_t k_buffer = 64 << 10;

/// `file:record field:line:column`, with what there is of it.
std::string place_of(const leak_origin& origin, const leak& where) {
  std::string place;
  if (const auto* from = std::get_if<file_origin>(&origin)) {
    place = from->file;
    if (from->record) place += fmt::format(":{}", *from->record);
  }
  if (!where.field.empty()) place += " " + where.field;
  if (where.line) place += fmt::format(":{}:{}", *where.line, *where.column);
  return place;
}

/// Text from a log, safe to show on a terminal: no control characters, those
/// of eight bits included, and nothing that is not UTF-8.
std::string printable(std::string_view text) {
  std::string shown;
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const auto byte = [&](std::size_t i) {
      return static_cast<unsigned char>(text[i]);
    };
    const bool control = length == 1 && (byte(0) < 0x20 || byte(0) == 0x7f);
    const bool control_of_eight_bits =
        length == 2 && byte(0) == 0xC2 && byte(1) < 0xA0;
    if (length == 0 || control || control_of_eight_bits) {
      shown += '?';
    } else {
      shown += text.substr(0, length);
    }
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return shown;
}

}  // namespace

void print_sink::take(batch_ptr batch) {
  for (const record& input : batch->records) {
    if (!input.window) ++seen_.events;
  }
  for (const dead_letter& letter : batch->dead_letters) {
    ++seen_.invalid[static_cast<std::size_t>(letter.reason)];
  }
  seen_.failed += batch->counts.failed;
  for (const explanation& one : batch->explanations) {
    fmt::print(stderr, "{}: {}\n",
               printable(place_of(one.origin, one.candidate.where)),
               one.candidate.why);
  }
  for (const emission& one : batch->emissions) {
    const bool repeat = one.kind == output_kind::sighting;
    (repeat ? seen_.repeats : seen_.requests) += one.count;
    if (!repeat || all_) print(one);
  }
  // Whoever watches a pipe sees a finding when it is found.
  if (!batch->emissions.empty()) flush();
}

void print_sink::finish() {
  flush();
}

void print_sink::print(const emission& one) {
  if (format_ == scan_output::table) {
    print_row(one);
  } else if (redact_ || one.kind == output_kind::sighting) {
    pending_ += write_sighting(one.token, one.origin, one.count);
    pending_ += '\n';
  } else {
    pending_ += write_request(one.token, one.origin);
    pending_ += '\n';
  }
  if (pending_.size() >= k_buffer) flush();
}

void print_sink::print_row(const emission& one) {
  constexpr std::string_view k_row = "{:<16}  {:<8}  {:<10}  {:<32}  {}\n";
  if (!header_printed_) {
    pending_ +=
        fmt::format(k_row, "TOKEN", "KIND", "CONFIDENCE", "REGISTRY", "WHERE");
    header_printed_ = true;
  }
  const finding& found = one.token.found;
  pending_ +=
      fmt::format(k_row, display_of(found.token), to_string(found.kind),
                  to_string(found.confidence),
                  found.registry.empty() ? "-" : printable(found.registry),
                  printable(place_of(one.origin, one.token.where)));
}

void print_sink::flush() {
  std::string_view left = pending_;
  while (!left.empty()) {
    const ssize_t written = ::write(STDOUT_FILENO, left.data(), left.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      throw std::system_error(errno, std::generic_category(),
                              "cannot write to standard output");
    }
    left.remove_prefix(static_cast<std::size_t>(written));
  }
  pending_.clear();
}

}  // namespace tokensieve
