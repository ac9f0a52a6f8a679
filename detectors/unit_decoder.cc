#include "detectors/unit_decoder.h"

#include <algorithm>
#include <utility>

namespace tokensieve {
namespace {

// What is decoded around a trigger: in front of it the key that a token
// belongs to, behind it a token in three layers of base64.
constexpr std::size_t k_reach_back = 2'048;
constexpr std::size_t k_reach = 8'192;
constexpr std::size_t k_overlap = 2'048;
// Where one piece follows another, so that less is read twice.
constexpr std::size_t k_long_reach = 32'768;

// How far from a name, or from a trigger of another decoder, a unit may
// interrupt what that leads to; 128 bytes more than needed, for of those that
// stand so close together only one is asked about.
constexpr std::size_t k_near = 256;

// No unit is longer.
constexpr std::size_t k_max_unit = 32;
// What it costs to look at one, in bytes, and to ask whether there is any near.
constexpr std::size_t k_unit_work = 16;
constexpr std::size_t k_search_work = 6;
constexpr std::size_t k_max_stretch = std::size_t{1} << 20;

// May the unit at `at` stand within a token, or between one and its name?
// Neither has bytes over 127: `=ab` is more often the begin of a value. And a
// sign that ends the line behind a name assigns nothing.
bool may_interrupt(const unit& one, std::string_view text,
                   std::size_t at) noexcept {
  if (one.size == 0) return false;
  if (one.what == unit::meaning::byte) return one.code < 0x80;
  const bool soft_break = text[at] == '=';
  return !soft_break ||
         !(ends_at(text, at, "oken") || ends_at(text, at, "OKEN"));
}

// Where `lead` stands, from `from` on; or how far it does not, so that what is
// asked about near by is not searched again.
std::size_t next_lead(std::string_view text, char lead,
                      std::size_t from) noexcept {
  constexpr std::size_t k_ahead = 4'096;
  const std::string_view near =
      text.substr(0, std::min(text.size(), from + k_ahead));
  return std::min(near.find(lead, from), near.size());
}

void append_utf8(std::uint32_t code, std::string& out) {
  const auto continued = [&](unsigned shift) {
    out += static_cast<char>(0x80 | (code >> shift & 0x3f));
  };
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xc0 | code >> 6);
    continued(0);
  } else if (code < 0x10000) {
    out += static_cast<char>(0xe0 | code >> 12);
    continued(6);
    continued(0);
  } else {
    out += static_cast<char>(0xf0 | (code >> 18 & 7));
    continued(12);
    continued(6);
    continued(0);
  }
}

}  // namespace

std::optional<encoded_run> unit_decoder::find_run(
    std::string_view text, bool, decoder_trigger trigger,
    run_memory& memory) const noexcept {
  std::size_t& covered = memory.covered.front();
  if (trigger.end <= covered) return std::nullopt;
  memory.work->spend(k_max_unit * k_unit_work);
  encoded_run found;
  found.piece.begin = trigger.end - std::min(trigger.end, k_reach_back);
  const bool follows = memory.run.end > found.piece.begin;
  found.piece.end =
      std::min(trigger.end + (follows ? k_long_reach : k_reach), text.size());
  covered = found.piece.end == text.size() ? text.size()
                                           : found.piece.end - k_overlap;

  // The piece begins between two units where it begins among units, and the
  // stretch of them where the first does: it may be that of the last piece.
  for (std::size_t i = 0; i < k_max_unit && found.piece.begin > 0; ++i) {
    if (unit_before(text, found.piece.begin + i) == 0) continue;
    found.piece.begin += i;
    break;
  }
  std::size_t stretch = found.piece.begin;
  const std::size_t limit = stretch - std::min(stretch, k_max_stretch);
  while (stretch > limit && !memory.work->is_spent()) {
    if (stretch <= memory.anchor) {
      stretch = memory.run.begin;
      break;
    }
    memory.work->spend(k_max_unit);
    const std::size_t size = unit_before(text, stretch);
    if (size == 0) break;
    stretch -= size;
  }
  memory.anchor = found.piece.begin;
  memory.run = {stretch, found.piece.end};
  found.run = memory.run;
  return found;
}

std::optional<encoded_run> unit_decoder::find_interruption(
    std::string_view text, std::size_t end, run_memory& memory) const noexcept {
  if (end <= memory.covered.front()) return std::nullopt;
  memory.work->spend(k_search_work);
  const std::size_t begin = end - std::min(end, k_near);
  const std::string_view near =
      text.substr(0, std::min(text.size(), end + k_near));
  const std::size_t first = std::max(begin, memory.searched);
  for (std::size_t i = 0; i < leads_.size(); ++i) {
    std::size_t& at = memory.leads[i];
    if (at < first) at = next_lead(text, leads_[i], first);
    while (at < near.size()) {
      const bool is_lead = text[at] == leads_[i];
      if (is_lead) {
        memory.work->spend(k_unit_work);
        if (may_interrupt(unit_at_(text, at), text, at))
          memory.interruption = std::max(memory.interruption, at + 1);
      }
      at = next_lead(text, leads_[i], is_lead ? at + 1 : at);
    }
  }
  memory.searched = std::max(memory.searched, near.size());
  if (memory.interruption <= begin) return std::nullopt;
  return find_run(text, false, {end, end}, memory);
}

// The size of the unit that ends at `at`, 0 for none.
std::size_t unit_decoder::unit_before(std::string_view text,
                                      std::size_t at) const noexcept {
  for (std::size_t size = 2; size <= k_max_unit && size <= at; ++size) {
    if (unit_at_(text, at - size).size == size) return size;
  }
  return 0;
}

// The next lead behind `at`, or the end of the text.
std::size_t unit_decoder::lead_behind(std::string_view text,
                                      std::size_t at) const noexcept {
  if (leads_.size() == 1)
    return std::min(text.find(leads_.front(), at + 1), text.size());
  do
    ++at;
  while (at < text.size() && !lead_bytes_.contains(text[at]));
  return at;
}

void unit_decoder::decode(std::string_view text, const encoded_run& run,
                          std::string& out,
                          std::vector<decoded_place>& places) const {
  const auto add_place = [&](std::size_t begin, std::size_t size,
                             std::size_t stretch) {
    places.push_back({static_cast<std::uint32_t>(out.size()),
                      static_cast<std::uint32_t>(begin),
                      static_cast<std::uint32_t>(size),
                      static_cast<std::uint32_t>(stretch)});
  };
  const std::string_view piece = text.substr(0, run.piece.end);
  std::size_t stretch = run.run.begin;
  std::size_t at = run.piece.begin;
  while (at < run.piece.end) {
    const std::size_t plain = at;
    unit next{};
    for (; at < run.piece.end; ++at) {
      if (!lead_bytes_.contains(text[at])) {
        at = lead_behind(piece, at);
        if (at == piece.size()) break;
      }
      next = unit_at_(text, at);
      if (next.size > 0) break;
    }
    if (at > plain) {
      add_place(plain, 0, at);
      out.append(text, plain, at - plain);
      stretch = at;
    }
    const std::size_t end = at + next.size;
    if (next.size == 0 || end > run.piece.end) break;  // of the next piece
    if (next.what != unit::meaning::nothing) add_place(at, next.size, stretch);
    if (next.what == unit::meaning::byte) {
      out += static_cast<char>(next.code);
    } else if (next.what == unit::meaning::character) {
      append_utf8(next.code, out);
    }
    at = end;
  }
}

}  // namespace tokensieve
