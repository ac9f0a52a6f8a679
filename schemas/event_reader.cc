#include "schemas/event_reader.h"

#include "schemas/chunk_collector.h"
#include "schemas/event_check.h"
#include "schemas/event_form.h"
#include "schemas/event_shape.h"
#include "schemas/json_index.h"
#include "schemas/json_strings.h"

#include <algorithm>
#include <vector>

namespace tokensieve {
namespace {

enum class event_form : std::uint8_t {
  text,    ///< plain text or any other bytes
  json,    ///< one document
  broken,  ///< claims to be JSON and cannot be read
  lines,   ///< NDJSON
};

/// A whole document can be read to the end of its top level.
bool is_whole(std::optional<dead_letter_reason> reason) {
  return !reason || *reason == dead_letter_reason::not_an_event;
}

}  // namespace

class event_reader::state final : private event_visitor {
 public:
  /// Finds the form of the event and what is wrong with it.
  std::optional<dead_letter_reason> examine(const event_bytes& event) {
    // A schema's number is looked for in front of JSON only: what else it
    // stands in front of is bytes like itself.
    if (const auto inner = without_schema_id(event.value); !inner.empty()) {
      auto reason = examine(inner, event);
      if (form_ != event_form::text) return reason;
    }
    return examine(event.value, event);
  }

  void read(event_visitor& visitor) {
    visitor_ = &visitor;
    switch (form_) {
      case event_form::lines:
        read_lines();
        break;
      case event_form::json:
        read_document(bytes_);
        break;
      case event_form::text:
      case event_form::broken:
        hand_out_raw(bytes_);
    }
  }

  leak describe(std::uint32_t document, std::string_view pointer) {
    leak out;
    if (turn_to(document)) {
      out = shape_.describe(pointer);
    } else if (form_ == event_form::text) {
      out.kind = leak_kind::build_log;
    }
    out.field = pointer;
    if (form_ == event_form::lines) out.index = std::uint64_t{document} + 1;
    return out;
  }

  std::span<const log_chunk> chunks() const { return chunks_; }

  void shrink() {
    index_.shrink();
    strings_ = {};
    indexed_ = false;
  }

 private:
  /// As above, of `value`, the end of the event's bytes.
  std::optional<dead_letter_reason> examine(std::string_view value,
                                            const event_bytes& event) {
    bytes_ = without_byte_order_mark(value);
    skipped_ = event.value.size() - bytes_.size();
    behind_ = event.readable_behind;
    form_ = event_form::text;
    document_ = 0;
    indexed_ = false;
    chunks_.clear();
    rewind();
    const std::string_view content = without_blanks(bytes_);
    const bool claims = claims_json(content, event.content_type);
    if (bytes_.empty()) return {};
    if (!claims && !may_be_json(content)) {
      take_text();
      return {};
    }

    auto reason = index(content);
    if (is_whole(reason)) {
      form_ = event_form::json;
      indexed_ = true;
      return reason;
    }
    if (examine_lines(reason)) {
      form_ = event_form::lines;
    } else if (claims) {
      form_ = event_form::broken;
      chunks_.clear();
    } else {
      chunks_.clear();
      take_text();
    }
    // What does not claim to be JSON is no dead letter for its form.
    if (!claims && !is_whole(reason)) reason.reset();
    return reason;
  }

  /// Indexes `content`, a part of `bytes_`, and checks it. `number` is that of
  /// the document in NDJSON.
  std::optional<dead_letter_reason> index(
      std::string_view content, std::uint32_t number = log_field::k_none) {
    const auto behind =
        static_cast<std::size_t>(bytes_.end() - content.end()) + behind_;
    auto reason = index_.build(content, behind);
    const std::size_t known = chunks_.size();
    if (!reason) reason = check_document(index_, chunks_);
    if (!is_whole(reason)) {
      chunks_.resize(known);
      return reason;
    }
    shape_.reset(index_);
    const std::size_t begin =
        skipped_ + static_cast<std::size_t>(content.data() - bytes_.data());
    for (log_chunk& chunk : std::span(chunks_).subspan(known)) {
      chunk.event_begin += begin;
      chunk.begin += begin;
      chunk.field.document = number;
    }
    return reason;
  }

  /// A text is one chunk.
  void take_text() {
    log_chunk& all = chunks_.emplace_back();
    all.event_begin = all.begin = skipped_;
    all.event_size = all.size = bytes_.size();
  }

  /// A line of NDJSON.
  std::optional<dead_letter_reason> index_line(std::string_view line,
                                               std::uint32_t number) {
    const std::string_view content = without_blanks(line);
    if (!may_be_json(content)) return dead_letter_reason::invalid_json;
    return index(content, number);
  }

  /// Is the event NDJSON? If so, `reason` becomes that of its first document
  /// that has one.
  bool examine_lines(std::optional<dead_letter_reason>& reason) {
    std::optional<dead_letter_reason> first;
    std::uint32_t lines = 0;
    std::uint32_t whole = 0;
    std::string_view rest = bytes_;
    for (auto line = take_line(rest); !line.empty(); line = take_line(rest)) {
      const auto fault = index_line(line, lines);
      ++lines;
      if (is_whole(fault)) ++whole;
      if (!first) first = fault;
    }
    if (lines < 2 || whole * 2 < lines) return false;
    reason = first;
    return true;
  }

  void read_lines() {
    rewind();
    while (next_line()) {
      if (indexed_) {
        read_document(line_);
      } else {
        hand_out_raw(line_);
      }
    }
  }

  void rewind() {
    rest_ = bytes_;
    line_ = {};
    lines_taken_ = 0;
  }

  /// Takes the next document of NDJSON and indexes it, if it is whole.
  bool next_line() {
    line_ = take_line(rest_);
    if (line_.empty()) return false;
    // Its chunks are known already.
    const std::size_t known = chunks_.size();
    document_ = lines_taken_++;
    indexed_ = is_whole(index_line(line_, document_));
    chunks_.resize(known);
    return true;
  }

  /// The strings of the document that is indexed; what a fault below its top
  /// level may have hidden is found in the raw bytes.
  void read_document(std::string_view raw) {
    if (!strings_.walk(index_, document_, *this)) hand_out_raw(raw);
  }

  void hand_out_raw(std::string_view raw) {
    if (!raw.empty())
      visitor_->on_text({.text = raw, .pointer = {}, .document = document_});
  }

  void on_text(const event_text& text) override {
    event_text judged = text;
    judged.patch = text.patch && shape_.kind(text.pointer) == leak_kind::commit;
    visitor_->on_text(judged);
  }

  /// Makes `document` the indexed one; false if it cannot be indexed.
  bool turn_to(std::uint32_t document) {
    if (form_ != event_form::lines) return indexed_;
    if (document == document_ && !line_.empty()) return indexed_;
    if (document < lines_taken_) rewind();
    while (lines_taken_ < document && !take_line(rest_).empty()) {
      ++lines_taken_;
    }
    return next_line() && indexed_;
  }

  json_index index_;
  json_strings strings_;
  event_shape shape_;
  event_visitor* visitor_ = nullptr;
  std::vector<log_chunk> chunks_;  ///< of the event

  std::string_view bytes_;   ///< the event without what stands in front
  std::size_t skipped_ = 0;  ///< bytes of a mark, of a schema's number
  std::size_t behind_ = 0;
  event_form form_ = event_form::text;
  std::uint32_t document_ = 0;
  bool indexed_ = false;  ///< `document_` is in `index_`

  // NDJSON: the line of `document_`, and what is behind it.
  std::string_view line_;
  std::string_view rest_;
  std::uint32_t lines_taken_ = 0;
};

event_reader::event_reader() : state_(std::make_unique<state>()) {}
event_reader::~event_reader() = default;
event_reader::event_reader(event_reader&&) noexcept = default;
event_reader& event_reader::operator=(event_reader&&) noexcept = default;

std::optional<dead_letter_reason> event_reader::check(
    const event_bytes& event) {
  return state_->examine(event);
}

std::optional<dead_letter_reason> event_reader::read(const event_bytes& event,
                                                     event_visitor& visitor) {
  const auto reason = state_->examine(event);
  state_->read(visitor);
  return reason;
}

leak event_reader::describe(std::uint32_t document,
                            std::string_view pointer) const {
  return state_->describe(document, pointer);
}

std::span<const log_chunk> event_reader::chunks() const {
  return state_->chunks();
}

void event_reader::shrink() {
  state_->shrink();
}

}  // namespace tokensieve
