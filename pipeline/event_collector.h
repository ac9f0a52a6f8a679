#pragma once

#include "detectors/scanner.h"
#include "detectors/wipe.h"
#include "pipeline/place_room.h"
#include "schemas/event_reader.h"
#include "schemas/place.h"

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace tokensieve {

/// Scans the strings of one event as the reader hands them out. Where a string
/// begins with a UUID, the key that it stands under is its context, or the name
/// that stands beside it, in front or behind.
class event_collector final : public event_visitor {
 public:
  /// `rejected` is what each scan rejects, null where nobody asks.
  event_collector(scanner& with, std::size_t record_size,
                  const std::vector<rejected_candidate>* rejected)
      : scanner_(with),
        rejected_(rejected),
        found_room_(record_size),
        rejected_room_(record_size) {}

  struct text_position {
    std::uint32_t document;
    std::string pointer;
    bool key;
    text_place place;
  };
  struct located_finding {
    finding found;
    text_position where;
  };
  struct located_rejection {
    rejection why;
    text_position where;
  };

  void on_text(const event_text& text) override;

  [[nodiscard]] std::vector<located_finding>& found() { return found_; }
  [[nodiscard]] const std::vector<located_rejection>& rejected() const {
    return all_rejected_;
  }
  [[nodiscard]] const std::vector<token_hazard>& hazards() const {
    return hazards_;
  }
  [[nodiscard]] bool limit_reached() const { return limit_reached_ || full_; }

 private:
  /// A string that waits for another of its object. Its memory is reused: an
  /// event may have hundreds of thousands.
  struct member {
    std::string text;
    std::string pointer;
    std::uint32_t document = 0;

    void remember(const event_text& other);
    void forget();
    [[nodiscard]] bool stands_beside(const event_text& other) const;
  };

  void forget_closed(const event_text& key);
  /// The last value without a name may have the one in `text`.
  void name_value(const event_text& text);
  void read(const event_text& text);
  /// Fills `fresh_`. Returns how far in front of `text` the places of
  /// what is rejected begin to count.
  [[nodiscard]] std::size_t scan(const event_text& text);
  [[nodiscard]] std::string name_of_value(const event_text& text) const;
  /// The tokens of the document that its strings showed, where `text` is its
  /// raw bytes.
  [[nodiscard]] std::set<token_fingerprint> read_before(
      const event_text& text) const;
  void keep_rejected(const event_text& text, std::size_t in_front);

  scanner& scanner_;
  const std::vector<rejected_candidate>* rejected_;
  place_room found_room_;
  place_room rejected_room_;
  std::string named_;  // a key and its value
  member name_;        // the last string that may be a value's name
  member unnamed_;     // the last value that had none
  const wiped_at_end wipe_unnamed_{unnamed_.text};
  std::vector<finding> fresh_;
  std::vector<located_finding> found_;
  std::vector<located_rejection> all_rejected_;
  std::vector<token_hazard> hazards_;
  bool limit_reached_ = false;  // of a decoder
  bool full_ = false;           // there was a finding too many
};

}  // namespace tokensieve
