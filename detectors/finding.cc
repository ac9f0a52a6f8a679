#include "detectors/finding.h"

namespace tokensieve {

std::string_view to_string(token_kind value) noexcept {
  switch (value) {
    case token_kind::legacy:
      return "legacy";
    case token_kind::granular:
      return "granular";
  }
  return {};
}

std::string_view to_string(token_format value) noexcept {
  switch (value) {
    case token_format::npm:
      return "npm";
    case token_format::uuid:
      return "uuid";
    case token_format::nexus:
      return "nexus";
  }
  return {};
}

std::string_view to_string(token_checksum value) noexcept {
  switch (value) {
    case token_checksum::none:
      return "none";
    case token_checksum::valid:
      return "valid";
    case token_checksum::invalid:
      return "invalid";
  }
  return {};
}

std::string_view to_string(token_confidence value) noexcept {
  switch (value) {
    case token_confidence::low:
      return "low";
    case token_confidence::medium:
      return "medium";
    case token_confidence::high:
      return "high";
  }
  return {};
}

std::string_view to_string(token_encoding value) noexcept {
  switch (value) {
    case token_encoding::base64:
      return "base64";
    case token_encoding::hex:
      return "hex";
    case token_encoding::percent:
      return "percent";
    case token_encoding::escape:
      return "escape";
    case token_encoding::html:
      return "html";
    case token_encoding::quoted_printable:
      return "quoted-printable";
    case token_encoding::utf_16le:
      return "utf-16le";
    case token_encoding::utf_16be:
      return "utf-16be";
    case token_encoding::gzip:
      return "gzip";
    case token_encoding::zlib:
      return "zlib";
    case token_encoding::zstd:
      return "zstd";
    case token_encoding::terminal:
      return "terminal";
  }
  return {};
}

std::string_view to_string(token_hazard value) noexcept {
  switch (value) {
    case token_hazard::wipe_on_revoke:
      return "wipe-on-revoke";
  }
  return {};
}

std::string_view to_string(rejection value) noexcept {
  switch (value) {
    case rejection::bad_checksum:
      return "bad_checksum";
    case rejection::placeholder:
      return "placeholder";
    case rejection::no_context:
      return "no_context";
    case rejection::low_confidence:
      return "low_confidence";
  }
  return {};
}

}  // namespace tokensieve
