#include "pipeline/assembler.h"

#include <algorithm>
#include <exception>
#include <functional>
#include <map>
#include <string_view>
#include <utility>
#include <variant>

namespace tokensieve {
namespace {

// Beside the names of `rejection`.
constexpr std::string_view k_ignored = "ignored";

leak_origin origin_of_own(const record& input) {
  leak_origin origin = origin_of(input);
  // A window of a plain file has no number.
  if (auto* const file = std::get_if<file_origin>(&origin);
      file != nullptr && input.window && !input.too_large) {
    file->record.reset();
  }
  return origin;
}

// Keys of one object, and members that an event has twice, share a place.
bool is_same_place(const leak& a, const leak& b) noexcept {
  return a.line == b.line && a.column == b.column && a.field == b.field &&
         a.index == b.index;
}

}  // namespace

assembler::assembler(assembler_options options,
                     const std::atomic<std::uint64_t>& committed,
                     seam_table* seams)
    : options_(std::move(options)),
      committed_(committed),
      seams_(seams),
      requests_(options_.window, options_.known_requests) {}

void assembler::assemble(batch& work) noexcept {
  // A new epoch re-reads what the last one did not commit. What was committed
  // although nobody told us is among the published requests by now.
  if (work.epoch != epoch_) {
    requests_.roll_back(committed_.load(std::memory_order_acquire));
    if (seams_ != nullptr) seams_->clear();
    replays_.clear();
    epoch_ = work.epoch;
  }
  std::size_t done = 0;
  try {
    std::vector<seam_table::completed> joined;
    if (seams_ != nullptr) seams_->join(work, joined);
    replays_.note(work);
    // What they complete was written when they were committed.
    if (work.replayed) joined.clear();
    auto next = joined.begin();
    // In front of the record's own: they may know more of the same token.
    const auto emit_joined = [&](std::size_t end) {
      for (; next != joined.end() && next->index < end; ++next) {
        std::vector<leaked_token> one;
        one.push_back(std::move(next->token));
        emit(work, one, next->origin);
      }
    };
    for (; done < work.inspected.size(); ++done) {
      inspected_record& from = work.inspected[done];
      emit_joined(from.index + 1);
      for (explained_candidate& one : from.rejected) {
        work.explanations.push_back(
            {std::move(one), origin_of_own(work.records[from.index])});
      }
      if (!from.tokens.empty()) {
        emit(work, from.tokens, origin_of_own(work.records[from.index]));
      }
      if (from.reason) work.dead_letters.push_back({from.index, *from.reason});
    }
    emit_joined(work.records.size());
    if (work.unread_from && !work.replayed) {
      for (std::size_t i = *work.unread_from; i < work.records.size(); ++i) {
        work.dead_letters.push_back({i, dead_letter_reason::decode_limit});
      }
    }
  } catch (const std::exception&) {
    work.counts.failed += work.inspected.size() - done;
    work.incomplete = true;
  }
  work.counts.known_requests = requests_.size();
  work.counts.evicted_requests = requests_.evicted();
  if (seams_ != nullptr) {
    work.counts.log_tail_bytes = seams_->bytes();
    work.counts.evicted_logs = seams_->evicted();
  }
  if (options_.published != nullptr) {
    work.counts.known_requests += options_.published->size();
    work.counts.evicted_requests += options_.published->evicted();
  }
}

void assembler::emit(batch& work, std::vector<leaked_token>& tokens,
                     const leak_origin& origin) {
  // The occurrence that says most becomes the request and the others its
  // repeats: it names a registry, or is the surest. In any other order a rise
  // in confidence would make two requests of one record.
  const auto says = [](const leaked_token& token) {
    return std::pair(!token.found.registry.empty(), token.found.confidence);
  };
  if (!std::ranges::is_sorted(tokens, std::ranges::greater{}, says))
    std::ranges::stable_sort(tokens, std::ranges::greater{}, says);
  using identity = std::pair<token_fingerprint, std::string>;
  // To the emissions of this record.
  std::map<identity, std::size_t> requests;
  std::map<identity, std::size_t> sightings;
  for (leaked_token& token : tokens) {
    if (std::ranges::binary_search(options_.ignore, token.found.fingerprint)) {
      ++work.counts.ignored;
      if (options_.explain) {
        work.explanations.push_back(
            {{k_ignored, std::move(token.where)}, origin});
      }
      continue;
    }
    const identity id{token.found.fingerprint, token.found.registry};
    if (is_new(token.found, work.sequence)) {
      requests.insert_or_assign(id, work.emissions.size());
      work.emissions.push_back(
          {output_kind::request, std::move(token), origin});
      continue;
    }
    const auto request = requests.find(id);
    if (request != requests.end() &&
        is_same_place(work.emissions[request->second].token.where,
                      token.where)) {
      continue;
    }
    const auto [seen, first] = sightings.try_emplace(id, work.emissions.size());
    if (first) {
      work.emissions.push_back(
          {output_kind::sighting, std::move(token), origin});
    } else {
      ++work.emissions[seen->second].count;
    }
  }
}

bool assembler::is_new(const finding& found, std::uint64_t sequence) {
  const auto now = request_table::clock::now();
  const request_identity identity =
      identity_of(found.fingerprint, found.registry, found.confidence);
  if (options_.published != nullptr) {
    const auto is_published = [&](const request_identity& request) {
      return options_.published->cover(request, now);
    };
    // What is read back from the topic needs no second place here.
    requests_.hand_over(committed_.load(std::memory_order_acquire),
                        is_published);
    if (is_published(identity)) return false;
  }
  return requests_.admit(identity, sequence, now);
}

}  // namespace tokensieve
