#pragma once

#include "pipeline/output_writer.h"

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace tokensieve {

/// What was written, as a broker with transactions would show it, and what
/// the next calls answer. Outlives the writers.
class scripted_broker {
 public:
  struct written_record {
    std::string topic;
    std::string key;
    std::string value;
    bool has_key = false;
    std::map<std::string, std::string> headers{};
    std::uint64_t number = 0;
  };
  struct made_commit {
    std::chrono::steady_clock::time_point time;
    input_offsets positions;
    std::shared_ptr<const assignment> fence;
    std::vector<written_record> records;
  };

  std::unique_ptr<output_writer> make_writer();

  std::vector<made_commit> commits;
  std::vector<written_record> pending;  ///< of the open transaction
  std::size_t abandoned = 0;            ///< calls of `abandon`
  std::size_t writers = 0;              ///< made so far
  std::size_t max_bytes = SIZE_MAX;     ///< of a key and its value

  /// Answers of the next calls; `done` where there are none.
  std::deque<write_outcome> to_write;
  std::deque<write_outcome> to_commit;
  std::deque<write_outcome> to_abandon;
  std::vector<std::uint64_t> refused;  ///< numbers, told once

 private:
  class writer;
};

class scripted_broker::writer final : public output_writer {
 public:
  explicit writer(scripted_broker& broker) : broker_(broker) {}
  /// A producer that is gone takes its open transaction with it.
  ~writer() override { broker_.pending.clear(); }

  write_outcome write(const output_record& record) override {
    if (record.key.size() + record.value.size() > broker_.max_bytes) {
      return write_outcome::too_large;
    }
    const write_outcome answer = next(broker_.to_write);
    if (answer != write_outcome::done) return answer;
    auto& added = broker_.pending.emplace_back(
        written_record{.topic = std::string(record.topic),
                       .key = std::string(record.key),
                       .value = std::string(record.value),
                       .has_key = record.has_key,
                       .number = record.number});
    for (const message_header& header : record.headers)
      added.headers[header.name] = header.value;
    return answer;
  }

  write_outcome commit(
      const input_offsets& positions,
      const std::shared_ptr<const assignment>& fence) override {
    const write_outcome answer = next(broker_.to_commit);
    std::vector<written_record> records = std::exchange(broker_.pending, {});
    if (answer == write_outcome::done) {
      broker_.commits.push_back({std::chrono::steady_clock::now(), positions,
                                 fence, std::move(records)});
    }
    return answer;
  }

  write_outcome abandon() override {
    ++broker_.abandoned;
    broker_.pending.clear();
    return next(broker_.to_abandon);
  }

  std::vector<std::uint64_t> take_refused() override {
    return std::exchange(broker_.refused, {});
  }

  void serve() override {}

 private:
  static write_outcome next(std::deque<write_outcome>& answers) {
    if (answers.empty()) return write_outcome::done;
    const write_outcome answer = answers.front();
    answers.pop_front();
    return answer;
  }

  scripted_broker& broker_;
};

inline std::unique_ptr<output_writer> scripted_broker::make_writer() {
  ++writers;
  return std::make_unique<writer>(*this);
}

}  // namespace tokensieve
