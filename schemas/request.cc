#include "schemas/request.h"

#include "schemas/json_text.h"
#include "schemas/json_writer.h"
#include "schemas/timestamp.h"

#include <openssl/sha.h>

#include <array>
#include <optional>
#include <string_view>
#include <variant>

namespace tokensieve {
namespace {

constexpr std::string_view k_request = "tokensieve.revocation-request/v1";
constexpr std::string_view k_sighting = "tokensieve.sighting/v1";

std::string hex_sha256(std::string_view text) {
  constexpr std::string_view k_hex = "0123456789abcdef";
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest;
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(),
         digest.data());
  std::string out;
  for (const unsigned char byte : digest) {
    out.push_back(k_hex[byte >> 4]);
    out.push_back(k_hex[byte & 0xF]);
  }
  return out;
}

std::string number_or_empty(std::optional<std::uint64_t> number) {
  return number ? std::to_string(*number) : std::string();
}

/// The first three lines of what an id is made of.
std::string origin_lines(const leak_origin& origin) {
  if (const auto* file = std::get_if<file_origin>(&origin)) {
    return file->file + '\n' + number_or_empty(file->record) + "\n\n";
  }
  const auto& kafka = std::get<kafka_origin>(origin);
  return kafka.topic + '\n' + std::to_string(kafka.partition) + '\n' +
         std::to_string(kafka.offset) + '\n';
}

void write_token(json_writer& out, const finding& found, bool with_value) {
  out.name("token").begin_object();
  if (with_value) out.member("value", found.token.reveal());
  out.member("kind", to_string(found.kind))
      .member("format", to_string(found.format))
      .member("fingerprint", found.fingerprint.to_string())
      .member("display", display_of(found.token))
      .member("checksum", to_string(found.checksum))
      .end_object();
}

void write_leak(json_writer& out, const leak& where,
                const std::vector<token_encoding>& encodings) {
  std::optional<std::string_view> side;
  if (where.side) side = to_string(*where.side);
  out.name("leak")
      .begin_object()
      .member("kind", to_string(where.kind))
      .member("provider", where.provider)
      .member("organization", where.organization)
      .member("repository", where.repository)
      .member("build", where.build)
      .member("job", where.job)
      .member("sha", where.sha)
      .member("path", where.path)
      .member("side", side)
      .member("url", where.url)
      .member("time", where.time)
      .member("index", where.index)
      .member("field", where.field)
      .member("line", where.line)
      .member("column", where.column)
      .name("encodings")
      .begin_array();
  for (const token_encoding encoding : encodings) {
    out.value(to_string(encoding));
  }
  out.end_array().end_object();
}

void write_origin(json_writer& out, const leak_origin& origin) {
  out.name("origin").begin_object();
  if (const auto* file = std::get_if<file_origin>(&origin)) {
    out.member("file", file->file).member("record", file->record);
  } else {
    const auto& kafka = std::get<kafka_origin>(origin);
    out.member("topic", kafka.topic)
        .member("partition", std::int64_t{kafka.partition})
        .member("offset", kafka.offset)
        .member("timestamp", rfc_3339(kafka.timestamp_ms));
  }
  out.end_object();
}

std::string write(output_kind kind, const leaked_token& token,
                  const leak_origin& origin,
                  std::optional<std::uint64_t> count) {
  const bool request = kind == output_kind::request;
  const finding& found = token.found;
  std::optional<std::string_view> registry;
  if (!found.registry.empty()) registry = found.registry;
  json_writer out;
  out.begin_object()
      .member("schema", request ? k_request : k_sighting)
      .member("id", request_id(token, origin))
      .member("action", std::string_view(request ? "revoke" : "none"));
  write_token(out, found, request);
  out.member("registry", registry)
      .member("confidence", to_string(found.confidence))
      .name("hazards")
      .begin_array();
  for (const token_hazard hazard : token.hazards)
    out.value(to_string(hazard));
  out.end_array();
  write_leak(out, token.where, found.encodings);
  write_origin(out, origin);
  if (count) out.member("count", *count);
  out.end_object();
  return std::move(out).take();
}

}  // namespace

std::string request_id(const leaked_token& token, const leak_origin& origin) {
  const leak& where = token.where;
  const std::string text =
      origin_lines(origin) + number_or_empty(where.index) + '\n' + where.field +
      '\n' + number_or_empty(where.line) + '\n' +
      number_or_empty(where.column) + '\n' +
      token.found.fingerprint.to_string() + '\n' + token.found.registry;
  return hex_sha256(as_utf8(text));
}

std::string write_request(const leaked_token& token,
                          const leak_origin& origin) {
  return write(output_kind::request, token, origin, {});
}

std::string write_sighting(const leaked_token& token, const leak_origin& origin,
                           std::uint64_t count) {
  return write(output_kind::sighting, token, origin, count);
}

std::vector<message_header> cloud_event_headers(output_kind kind,
                                                const leaked_token& token,
                                                const kafka_origin& origin) {
  std::string type(kind == output_kind::request ? k_request : k_sighting);
  type[type.find('/')] = '.';
  std::vector<message_header> headers{
      {"ce_specversion", "1.0"},
      {"ce_id", request_id(token, origin)},
      {"ce_type", std::move(type)},
      {"ce_source", '/' + origin.topic},
      {"ce_subject", token.found.fingerprint.to_string()}};
  if (auto time = rfc_3339(origin.timestamp_ms)) {
    headers.push_back({"ce_time", *std::move(time)});
  }
  headers.push_back({"content-type", "application/json"});
  return headers;
}

}  // namespace tokensieve
