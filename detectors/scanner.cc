#include "detectors/scanner.h"

#include "detectors/inflate.h"
#include "detectors/make_finding.h"
#include "detectors/places.h"
#include "detectors/readings.h"
#include "detectors/token_form.h"
#include "detectors/trigger_finder.h"
#include "detectors/wipe.h"

#include <algorithm>
#include <new>
#include <span>
#include <tuple>

namespace tokensieve {
namespace {

// Encoded runs to look into in one text, all layers together.
constexpr std::size_t k_max_runs = 10'000;

// What may be spent on one text. A log in base64 takes up to sixteen looks at
// each of its bytes, and some twenty times what a plain log costs are to be the
// most for any; four layers of several encodings, each folded and with
// prefixes, take several hundred (scan_options).
constexpr std::size_t k_work_factor = 17;
// Looks that one byte of a run takes to be decoded, one that it yields to be
// read, a place, and any run.
constexpr std::size_t k_decode_work = 1;
constexpr std::size_t k_read_work = 1;
constexpr std::size_t k_place_work = 16;
constexpr std::size_t k_run_work = 512;
// What is looked at around a match of a trigger, and of a name without a value.
constexpr std::size_t k_match_work = 96;
constexpr std::size_t k_name_work = 64;
// What a token takes to be told.
constexpr std::size_t k_token_work = 512;
// What a finding adds to what may be spent, so that a text of nothing but
// tokens is read to its end: the next may stand close by, in an encoding of its
// own, in two layers. To be told, it costs more than that takes.
constexpr std::size_t k_finding_share = 8'192;
// What may come out of them all beyond their own sizes: scanning what was
// compressed must not cost more than scanning plain text by far.
constexpr std::size_t k_inflate_factor = 16;
constexpr std::size_t k_inflate_base = std::size_t{64} << 10;

// Several signatures may find one token: the best context first.
bool goes_before(const candidate& a, const candidate& b) noexcept {
  return std::tuple(a.place.begin, b.confidence, b.context) <
         std::tuple(b.place.begin, a.confidence, a.context);
}

// A token that is not asked for. One with a wrong checksum is rejected by its
// form alone: a name in front of it is another match.
std::optional<rejected_candidate> too_unsure(signature id,
                                             const candidate& found) noexcept {
  const text_range place = found.place;
  if (found.checksum != token_checksum::invalid)
    return rejected_candidate{rejection::low_confidence, place.begin,
                              place.end};
  if (id != signature::granular) return std::nullopt;
  return rejected_candidate{rejection::bad_checksum, place.begin, place.end};
}

// A UUID without a name is never looked at; who asks why it is no finding is
// told. `found` and what has been rejected have had their say.
void add_bare_uuids(std::string_view text, std::span<const finding> found,
                    std::vector<rejected_candidate>& rejected) {
  constexpr std::size_t k_first_group = 8;
  const std::size_t known = rejected.size();
  std::size_t next = 0;
  for (std::size_t dash = text.find('-', k_first_group);
       dash != text.npos && rejected.size() < rejected.capacity();
       dash = text.find('-', std::max(next, dash + 1))) {
    const std::size_t begin = dash - k_first_group;
    const bool follows_word = begin > 0 && is_word(text[begin - 1]);
    if (follows_word || !is_uuid_form(text, begin)) continue;
    next = begin + k_uuid_size;
    const auto covers = [begin](const auto& one) {
      return one.begin <= begin && begin < one.end;
    };
    if (std::ranges::any_of(found, covers) ||
        std::ranges::any_of(std::span(rejected).first(known), covers)) {
      continue;
    }
    const auto why = is_uuid_placeholder(text.substr(begin, k_uuid_size))
                         ? rejection::placeholder
                         : rejection::no_context;
    rejected.push_back({why, begin, next});
  }
}

// Several signatures, and several pieces of one run, may reject one candidate.
void sort_rejected(std::vector<rejected_candidate>& rejected) {
  const auto key = [](const rejected_candidate& one) {
    return std::tuple(one.begin, one.why, one.end);
  };
  std::ranges::sort(rejected, {}, key);
  const auto repeats = std::ranges::unique(rejected, {}, key);
  rejected.erase(repeats.begin(), repeats.end());
}

}  // namespace

struct scanner::match_state final : trigger_filter {
  // More than there are encodings.
  static constexpr std::size_t k_max_decoders = 16;
  // What a pattern matches is decoded with more than this behind it.
  static constexpr std::size_t k_same_trigger = 64;
  // Interruptions are looked for again so far behind the last time.
  static constexpr std::size_t k_step = 64;
  // What stands beside a run may decide how far it goes.
  static constexpr std::size_t k_beside = 16;

  scanner& self;
  std::string_view text;
  bool patch;
  std::size_t depth;
  taken_over_bytes taken_over;  ///< where the text was decoded
  std::array<run_memory, k_max_decoders> memories{};
  std::array<std::size_t, k_max_decoders> triggered{};
  trigger_finder triggers{text, patch ? line_form::patch : line_form::text,
                          self.current_.work};
  std::size_t drained = 0;
  std::size_t next_interruption = 0;
  bool limit_reached = false;

  match_state(scanner& with, std::string_view in, bool is_patch,
              std::size_t at_depth,
              std::span<const decoded_place> places) noexcept
      : self(with),
        text(in),
        patch(is_patch),
        depth(at_depth),
        taken_over(places) {
    triggers.set_filter(*this);
    for (run_memory& memory : memories) {
      memory.work = &self.current_.work;
      memory.decoded = depth > 0;
    }
  }

  // What stands in clear is found all the same.
  bool is_spent() noexcept {
    const bool spent = self.current_.work.is_spent();
    limit_reached |= spent;
    return spent;
  }

  // Triggers come in ascending order, whoever finds them, by whole blocks.
  void drain_triggers(std::size_t end) noexcept {
    if (end < drained) return;
    while (const auto found = triggers.next(end))
      on_found(*found);
    drained = (end / k_mask_bytes + 1) * k_mask_bytes;
  }

  // What was decoded may be compressed; if not in the text around already.
  void on_header() noexcept {
    const auto format = compression_of(text);
    if (format && !taken_over.hold({0, 2})) on_found({*format, 0, text.size()});
  }

  // Returns true to go on: tokens in clear are still to be found where there
  // are too many runs.
  bool on_match(unsigned id, std::size_t end) noexcept {
    if (is_spent()) return true;
    self.current_.work.spend(k_match_work);
    drain_triggers(end);
    const unsigned decoder = self.patterns_->decoder_of(id);
    if (!self.patterns_->decoders()[decoder]->confirms(text, end)) return true;
    std::size_t& seen = triggered[decoder];
    if (end > seen) {
      on_trigger(decoder, {end, end});
      seen = end + k_same_trigger;
    }
    return true;
  }

  void on_found(const text_trigger& found) noexcept {
    on_trigger(self.patterns_->reader_of(found.encoding),
               {found.begin, found.end});
  }

  std::size_t known_to(const text_trigger& where) noexcept override {
    // A unit that was taken over is one of the text around.
    const bool letters = where.encoding == token_encoding::base64 ||
                         where.encoding == token_encoding::hex;
    if (!letters && taken_over.hold({where.begin, where.end})) return where.end;
    const unsigned decoder = self.patterns_->reader_of(where.encoding);
    const std::size_t known = self.patterns_->decoders()[decoder]->covered_to(
        text, patch, {where.begin, where.end}, memories[decoder]);
    if (known != 0) find_interruptions(where.end);
    return known;
  }

  void on_trigger(unsigned decoder, decoder_trigger trigger) noexcept {
    add(decoder, self.patterns_->decoders()[decoder]->find_run(
                     text, patch, trigger, memories[decoder]));
    find_interruptions(trigger.end);
  }

  // What follows a name, or interrupts a run, may be encoded. Where units have
  // been decoded, those of another encoding would be a second one.
  void find_interruptions(std::size_t end) noexcept {
    if (end < next_interruption || taken_over.are_known() || is_spent()) return;
    next_interruption = end + k_step;
    for (unsigned i = 0; i < self.patterns_->decoders().size(); ++i)
      find_interruption(i, end);
  }

  void find_interruption(unsigned decoder, std::size_t end) noexcept {
    add(decoder, self.patterns_->decoders()[decoder]->find_interruption(
                     text, end, memories[decoder]));
  }

  // But a string may be a log with colours in a token.
  void find_colours(std::size_t end) noexcept {
    const std::string_view behind = text.substr(end, secret::k_max_size);
    const bool coloured = behind.contains('\x1b') || behind.contains('\r');
    if (!coloured || end < next_interruption || stands_in_clear(end)) return;
    if (is_spent()) return;
    next_interruption = end + k_step;
    find_interruption(self.patterns_->reader_of(token_encoding::terminal), end);
  }

  void add(unsigned decoder, const std::optional<encoded_run>& run) noexcept {
    if (!run || is_spent()) return;
    // The text around has the same run.
    const auto [begin, end] = run->run;
    if (taken_over.hold({begin - std::min(begin, k_beside), end + k_beside}))
      return;
    if (self.runs_.size() == k_max_runs) {
      limit_reached = true;
    } else {
      self.runs_.push_back({decoder, *run});
    }
  }

  // Is nothing near the match that ends at `end` encoded in the text around?
  bool stands_in_clear(std::size_t end) noexcept {
    constexpr std::size_t k_before = 16;
    constexpr std::size_t k_behind = secret::k_max_size;
    return taken_over.hold({end - std::min(end, k_before), end + k_behind});
  }

  bool on_signature(signature id, std::size_t end) noexcept {
    std::optional<rejected_candidate> rejected;
    auto found = verify(id, text, end, rejected);
    if (found && is_encoded(*found) && depth == self.current_.depth)
      found.reset();
    if (found && found->confidence < self.current_.min_confidence) {
      rejected = too_unsure(id, *found);
      found.reset();
    }
    // What stands in clear has been rejected in the text around it.
    if (rejected && !stands_in_clear(end))
      self.current_.rejected->add(*rejected);
    // What names a registry may be encoded where the token is not.
    if (!found || found->context != token_context::none) {
      self.current_.work.spend(k_name_work);
      drain_triggers(end);
      if (taken_over.are_known()) {
        find_colours(end);
      } else {
        find_interruptions(end);
      }
    }
    if (!found) return true;
    if (self.candidates_.size() == k_max_findings) {
      limit_reached = true;
      return false;
    }
    self.current_.work.spend(k_token_work);
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
  // On failure Hyperscan frees the scratch itself.
  if (hs_alloc_scratch(patterns_->full(), &scratch) != HS_SUCCESS)
    throw std::bad_alloc();
  scratch_.reset(scratch);
  candidates_.reserve(k_max_findings);
  runs_.reserve(k_max_runs);
}

bool scanner::scan(std::string_view text, scan_options options,
                   std::vector<finding>& out) {
  auto* const kept = rejected_.kept;
  if (kept != nullptr) kept->clear();
  const std::size_t first = out.size();
  const bool complete =
      scan_all(text, options, min_confidence_, depth_, rejected_, out);
  if (kept != nullptr) {
    add_bare_uuids(text, std::span(out).subspan(first), *kept);
    sort_rejected(*kept);
  }
  return complete;
}

void scanner::explain(std::vector<rejected_candidate>& rejected) {
  rejected.reserve(k_max_findings);
  rejected_.kept = &rejected;
}

bool scanner::scan_all(std::string_view text, scan_options options,
                       token_confidence min_confidence, std::size_t depth,
                       rejection_log& rejected, std::vector<finding>& out) {
  current_ = {
      .min_confidence = min_confidence,
      .depth = depth,
      .rejected = &rejected,
      .work = work_budget(options.work_base + k_work_factor * text.size()),
      .inflate_budget = k_inflate_base + k_inflate_factor * text.size(),
      .max_size = out.size() + k_max_findings,
      .known_to = options.known_to,
      .told = options.told};
  runs_.clear();
  return scan_layer(text, options.patch, 0, out);
}

// One layer: the tokens that stand in `text`, then those in its encoded runs.
bool scanner::scan_layer(std::string_view text, bool patch, std::size_t depth,
                         std::vector<finding>& out) {
  const std::size_t first_run = runs_.size();
  const std::size_t first_finding = out.size();
  const std::size_t known_to = depth == 0 ? current_.known_to : 0;
  bool complete = find_candidates(text, patch, depth);
  complete &= report_candidates(text, patch, known_to, out);
  // The short ones first: many more of them can be read for the same work, and
  // each token that is found adds to it.
  std::ranges::sort(std::span(runs_).subspan(first_run), {},
                    [](const pending_run& one) {
                      const auto [begin, end] = one.run.piece;
                      return std::tuple(end - begin, begin, one.decoder);
                    });
  for (std::size_t i = first_run; i < runs_.size() && depth < current_.depth;
       ++i) {
    const pending_run pending = runs_[i];
    if (pending.run.piece.end <= known_to) continue;
    if (known_to > 0 && pending.run.piece == text_range{0, text.size()}) {
      const token_encoding how =
          patterns_->decoders()[pending.decoder]->encoding(pending.run);
      current_.one_run |=
          how == token_encoding::base64 || how == token_encoding::hex;
    }
    complete &= scan_decoded(text, pending, depth, out);
  }
  runs_.resize(std::min(runs_.size(), first_run));
  keep_shortest_readings(out, first_finding);
  return complete;
}

int scanner::on_match(unsigned id, unsigned long long, unsigned long long to,
                      unsigned, void* context) noexcept {
  auto& state = *static_cast<match_state*>(context);
  const auto end = static_cast<std::size_t>(to);
  const bool go_on = id < static_cast<unsigned>(signature::trigger)
                         ? state.on_signature(static_cast<signature>(id), end)
                         : state.on_match(id, end);
  return go_on ? 0 : 1;
}

bool scanner::find_candidates(std::string_view text, bool patch,
                              std::size_t depth) {
  candidates_.clear();
  if (text.empty()) return true;  // Hyperscan refuses a null pointer
  std::span<const decoded_place> places;
  if (depth > 0) places = places_[depth - 1];
  match_state state(*this, text, patch, depth, places);
  const hs_error_t result = hs_scan(patterns_->full(), text.data(),
                                    static_cast<unsigned>(text.size()), 0,
                                    scratch_.get(), &scanner::on_match, &state);
  state.drain_triggers(text.size());
  (void)state.is_spent();
  if (depth > 0) state.on_header();
  return result == HS_SUCCESS && !state.limit_reached;
}

// Of the text itself.
bool scanner::is_told(const candidate& found) const noexcept {
  if (current_.told == nullptr) return false;
  const auto told = std::ranges::lower_bound(
      *current_.told, found.place.begin, {},
      [](const told_token& one) { return one.place.begin; });
  return told != current_.told->end() &&
         told->place.begin == found.place.begin &&
         told->place.end == found.place.end &&
         told->confidence >= found.confidence &&
         found.context == token_context::none;
}

bool scanner::report_candidates(std::string_view text, bool patch,
                                std::size_t known_to,
                                std::vector<finding>& out) {
  std::sort(candidates_.begin(), candidates_.end(), goes_before);
  const auto end = std::unique(candidates_.begin(), candidates_.end(),
                               [](const candidate& a, const candidate& b) {
                                 return a.place.begin == b.place.begin;
                               });
  const auto written = [text](const candidate& one) {
    return text.substr(one.place.begin, one.place.end - one.place.begin);
  };
  bool complete = true;
  const candidate* last = nullptr;
  for (auto found = candidates_.begin(); found != end; ++found) {
    if (found->place.end <= known_to || (known_to > 0 && is_told(*found)))
      continue;
    if (out.size() == current_.max_size) return false;
    std::string registry;
    if (!current_.work.is_spent()) {
      registry = registry_of(text, patch, *found, current_.work);
    } else {
      complete = false;
    }
    // A log repeats a token, and fingerprints are dear.
    const bool again = last != nullptr && written(*last) == written(*found);
    out.push_back(make_finding(text, *found, std::move(registry),
                               again ? &out.back().fingerprint : nullptr));
    if (!again) current_.work.add(k_finding_share);
    last = &*found;
  }
  return complete;
}

bool scanner::scan_decoded(std::string_view text, const pending_run& pending,
                           std::size_t depth, std::vector<finding>& out) {
  const decoder& decoder = *patterns_->decoders()[pending.decoder];
  std::string& decoded = decoded_[depth];
  const wiped_at_end wipe(decoded);
  std::vector<decoded_place>& places = places_[depth];
  places.clear();
  const std::size_t size = pending.run.piece.end - pending.run.piece.begin;
  if (current_.work.is_spent()) return false;
  const std::size_t limit = size + current_.inflate_budget;
  // Where it grows beyond that (a compression), it leaves nothing behind.
  reserve_wiped(decoded, size);
  bool complete =
      decoder.decode_within(text, pending.run, limit, decoded, places);
  current_.work.spend(k_run_work + k_decode_work * size +
                      k_read_work * decoded.size() +
                      k_place_work * places.size());
  if (decoded.empty()) return complete;
  current_.inflate_budget -= std::max(size, decoded.size()) - size;

  auto* const rejected = current_.rejected->kept;
  const std::size_t first_rejected = rejected == nullptr ? 0 : rejected->size();
  const std::size_t first = out.size();
  complete &= scan_layer(decoded, false, depth + 1, out);
  if (rejected != nullptr) {
    for (rejected_candidate& one : std::span(*rejected).subspan(first_rejected))
      one = rejected_around(pending.run, places, decoded.size(), one);
  }
  for (std::size_t i = first; i < out.size(); ++i) {
    finding& found = out[i];
    const text_range place =
        place_of(pending.run, places, {found.begin, found.end});
    found.begin = place.begin;
    found.end = place.end;
    found.encodings.insert(found.encodings.begin(),
                           decoder.encoding(pending.run));
  }
  return complete;
}

}  // namespace tokensieve
