#include "detectors/scanner.h"

#include "detectors/registry.h"

#include <algorithm>
#include <new>
#include <tuple>

namespace tokensieve {
namespace {

// Encoded runs to look into in one text, all layers together.
constexpr std::size_t k_max_runs = 10'000;

// Bytes that may be decoded for one text: four layers of base64 make less than
// three times its size; what decodes to more is meant to keep us busy.
constexpr std::size_t k_budget_factor = 8;
constexpr std::size_t k_budget_base = std::size_t{1} << 20;

constexpr auto k_bad_checksum =
    static_cast<std::size_t>(rejection::bad_checksum);

std::string registry_of(std::string_view text, bool patch,
                        const candidate& found) {
  switch (found.context) {
    case token_context::npmrc:
      return npmrc_registry(text, found.name);
    case token_context::yarn:
      return yarn_registry(text, found.name, patch);
    case token_context::none:
      break;
  }
  return {};
}

finding make_finding(std::string_view text, const candidate& found,
                     std::string registry) {
  secret token(
      text.substr(found.place.begin, found.place.end - found.place.begin));
  const token_fingerprint fingerprint = fingerprint_of(token);
  return finding{.token = std::move(token),
                 .fingerprint = fingerprint,
                 .kind = found.format == token_format::npm
                             ? token_kind::granular
                             : token_kind::legacy,
                 .format = found.format,
                 .checksum = found.checksum,
                 .confidence = found.confidence,
                 .registry = std::move(registry),
                 .encodings = {},
                 .begin = found.place.begin,
                 .end = found.place.end};
}

// Several signatures may find one token: the best context first.
bool goes_before(const candidate& a, const candidate& b) noexcept {
  return std::tuple(a.place.begin, b.confidence, b.context) <
         std::tuple(b.place.begin, a.confidence, a.context);
}

// What decoding shows although it stands there in clear, or two pieces of one
// run show: the one with the fewest encodings first.
bool stands_before(const finding& a, const finding& b) noexcept {
  const auto key = [](const finding& found) {
    return std::tuple(found.begin, found.end, found.fingerprint,
                      found.encodings.size(), std::string_view(found.registry));
  };
  return key(a) < key(b);
}

bool repeats(const finding& first, const finding& next) noexcept {
  return first.begin == next.begin && first.end == next.end &&
         first.fingerprint == next.fingerprint &&
         (first.encodings.size() < next.encodings.size() ||
          first.registry == next.registry);
}

}  // namespace

struct scanner::match_state {
  struct decoder_state {
    text_range last;
    std::array<std::size_t, decoder::k_lanes> covered{};
  };
  // More than there are encodings.
  static constexpr std::size_t k_max_decoders = 16;

  scanner& self;
  std::string_view text;
  bool patch;
  std::array<decoder_state, k_max_decoders> decoders{};
  bool limit_reached = false;

  // Returns true to go on.
  bool on_trigger(unsigned id, std::size_t end) noexcept {
    const signatures::trigger trigger = self.patterns_->trigger_of(id);
    decoder_state& state = decoders[trigger.decoder];
    const auto run = self.patterns_->decoders()[trigger.decoder]->find_run(
        text, patch, {trigger.pattern, end}, state.last);
    if (!run) return true;
    state.last = run->run;
    if (end <= state.covered[run->lane]) return true;
    if (self.runs_.size() == k_max_runs) {
      limit_reached = true;
      return true;  // tokens in clear are still to be found
    }
    state.covered[run->lane] = run->covered;
    self.runs_.push_back({trigger.decoder, *run});
    return true;
  }

  bool on_signature(signature id, std::size_t end) noexcept {
    const auto found = verify(id, text, end, *self.current_.rejected);
    if (!found) return true;
    if (found->confidence < self.current_.min_confidence) {
      if (found->checksum == token_checksum::invalid &&
          id == signature::granular) {
        ++(*self.current_.rejected)[k_bad_checksum];
      }
      return true;
    }
    if (self.candidates_.size() == k_max_findings) {
      limit_reached = true;
      return false;
    }
    self.candidates_.push_back(*found);
    return true;
  }
};

scanner::scanner(std::shared_ptr<const signatures> patterns,
                 token_confidence min_confidence, std::size_t depth)
    : patterns_(std::move(patterns)),
      min_confidence_(min_confidence),
      depth_(depth) {
  static_assert(match_state::k_max_decoders >
                static_cast<std::size_t>(token_encoding::terminal));
  hs_scratch_t* scratch = nullptr;
  for (const hs_database_t* database :
       {patterns_->prefilter(), patterns_->full()}) {
    // On failure Hyperscan frees the scratch itself.
    if (hs_alloc_scratch(database, &scratch) != HS_SUCCESS) {
      throw std::bad_alloc();
    }
  }
  scratch_.reset(scratch);
  candidates_.reserve(k_max_findings);
  runs_.reserve(k_max_runs);
}

bool scanner::scan(std::string_view text, scan_options options,
                   std::vector<finding>& out) {
  return scan_all(text, options.patch, min_confidence_, depth_, rejected_, out);
}

bool scanner::scan_all(std::string_view text, bool patch,
                       token_confidence min_confidence, std::size_t depth,
                       rejection_counts& rejected, std::vector<finding>& out) {
  current_ = {.min_confidence = min_confidence,
              .depth = depth,
              .rejected = &rejected,
              .decode_budget = k_budget_base + k_budget_factor * text.size(),
              .max_size = out.size() + k_max_findings};
  runs_.clear();
  return scan_layer(text, patch, 0, out);
}

// One layer: the tokens that stand in `text`, then those in its encoded runs.
bool scanner::scan_layer(std::string_view text, bool patch, std::size_t depth,
                         std::vector<finding>& out) {
  const std::size_t first_run = runs_.size();
  const std::size_t first_finding = out.size();
  bool complete = find_candidates(text, patch);
  complete &= report_candidates(text, patch, out);
  for (std::size_t i = first_run; i < runs_.size() && depth < current_.depth;
       ++i) {
    const pending_run pending = runs_[i];
    complete &= scan_decoded(text, pending, depth, out);
  }
  runs_.resize(std::min(runs_.size(), first_run));

  const auto first = out.begin() + static_cast<std::ptrdiff_t>(first_finding);
  std::sort(first, out.end(), stands_before);
  out.erase(std::unique(first, out.end(), repeats), out.end());
  return complete;
}

int scanner::on_match(unsigned id, unsigned long long, unsigned long long to,
                      unsigned, void* context) noexcept {
  auto& state = *static_cast<match_state*>(context);
  const auto end = static_cast<std::size_t>(to);
  const bool go_on = id < static_cast<unsigned>(signature::trigger)
                         ? state.on_signature(static_cast<signature>(id), end)
                         : state.on_trigger(id, end);
  return go_on ? 0 : 1;
}

bool scanner::find_candidates(std::string_view text, bool patch) {
  candidates_.clear();
  if (text.empty()) return true;  // Hyperscan refuses a null pointer
  match_state state{.self = *this, .text = text, .patch = patch};
  const hs_error_t result = hs_scan(patterns_->full(), text.data(),
                                    static_cast<unsigned>(text.size()), 0,
                                    scratch_.get(), &scanner::on_match, &state);
  return result == HS_SUCCESS && !state.limit_reached;
}

bool scanner::report_candidates(std::string_view text, bool patch,
                                std::vector<finding>& out) {
  std::sort(candidates_.begin(), candidates_.end(), goes_before);
  const auto end = std::unique(candidates_.begin(), candidates_.end(),
                               [](const candidate& a, const candidate& b) {
                                 return a.place.begin == b.place.begin;
                               });
  for (auto found = candidates_.begin(); found != end; ++found) {
    if (out.size() == current_.max_size) return false;
    out.push_back(make_finding(text, *found, registry_of(text, patch, *found)));
  }
  return true;
}

bool scanner::scan_decoded(std::string_view text, const pending_run& pending,
                           std::size_t depth, std::vector<finding>& out) {
  const decoder& decoder = *patterns_->decoders()[pending.decoder];
  std::string& decoded = decoded_[depth];
  decoded.clear();
  const text_range piece = pending.run.piece;
  if (piece.end - piece.begin > current_.decode_budget) return false;
  current_.decode_budget -= piece.end - piece.begin;
  decoder.decode(text, pending.run, decoded);

  const std::size_t first = out.size();
  const bool complete = scan_layer(decoded, false, depth + 1, out);
  for (std::size_t i = first; i < out.size(); ++i) {
    finding& found = out[i];
    const text_range place =
        decoder.place(text, pending.run, {found.begin, found.end});
    found.begin = place.begin;
    found.end = place.end;
    found.encodings.insert(found.encodings.begin(), decoder.encoding());
  }
  return complete;
}

}  // namespace tokensieve
