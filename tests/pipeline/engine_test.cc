#include "pipeline/engine.h"

#include "tests/detectors/samples.h"

#include <gtest/gtest.h>

#include <cstring>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace tokensieve {
namespace {

constexpr std::size_t k_batches = 400;
constexpr std::size_t k_padding = 64;

/// Made-up batches of very different sizes: a batch that overtakes another in
/// the parallel stage is the rule.
class made_up_source final : public source {
 public:
  explicit made_up_source(memory_units& units) : units_(units) {}

  batch_ptr next() override {
    if (made_ == fail_at_) throw std::runtime_error("no more input");
    if (made_ == k_batches) return nullptr;
    auto made = std::make_unique<batch>();
    std::string text = "NPM_TOKEN=" + samples::granular(random_) + "\n";
    const std::size_t records = 1 + random_.below(5);
    const std::size_t filler = random_.chance(10) ? 200'000 : 200;
    for (std::size_t i = 1; i < records; ++i)
      text += samples::base64(random_.bytes(random_.below(filler))) + "\n";
    auto lease = units_.acquire(text.size(), std::chrono::seconds(30));
    if (!lease) throw std::runtime_error("batches do not come back");
    made->units = std::move(*lease);
    made->arena = std::make_unique<char[]>(text.size() + k_padding);
    std::memcpy(made->arena.get(), text.data(), text.size());
    for (std::string_view rest(made->arena.get(), text.size());
         !rest.empty();) {
      const std::size_t end = rest.find('\n');
      record& added = made->records.emplace_back();
      added.value = rest.substr(0, end);
      made->value_bytes += added.value.size();
      added.adjoins = true;
      added.source_name = &name_;
      added.partition = record::k_file;
      added.offset = ++offset_;
      rest.remove_prefix(end + 1);
    }
    made->large = large_one_in_ != 0 && random_.chance(large_one_in_);
    ++made_;
    return made;
  }

  void fail_at(std::size_t number) { fail_at_ = number; }
  void make_large_one_in(std::size_t number) { large_one_in_ = number; }
  [[nodiscard]] std::size_t made() const { return made_; }
  [[nodiscard]] std::int64_t last_offset() const { return offset_; }

 private:
  memory_units& units_;
  samples::generator random_{7};
  const std::string name_ = "made up";
  std::size_t made_ = 0;
  std::size_t fail_at_ = SIZE_MAX;
  std::size_t large_one_in_ = 0;
  std::int64_t offset_ = 0;
};

class noting_sink final : public sink {
 public:
  void take(batch_ptr batch) override {
    if (sequences_.size() == fail_at_) throw std::logic_error("disk full");
    sequences_.push_back(batch->sequence);
    requests_.push_back(batch->emissions.size());
    for (const record& input : batch->records)
      offsets_.push_back(input.offset);
  }
  void finish() override { finished_ = true; }

  void fail_at(std::size_t number) { fail_at_ = number; }

  // A batch of the source holds one token, in its first record.
  void expect_all_in_order(std::size_t batches, std::int64_t records) const {
    ASSERT_EQ(sequences_.size(), batches);
    for (std::size_t i = 0; i < batches; ++i) {
      ASSERT_EQ(sequences_[i], i);
      ASSERT_EQ(requests_[i], 1U) << "batch " << i;
    }
    ASSERT_EQ(offsets_.size(), static_cast<std::size_t>(records));
    for (std::size_t i = 0; i < offsets_.size(); ++i)
      ASSERT_EQ(offsets_[i], static_cast<std::int64_t>(i) + 1);
    EXPECT_TRUE(finished_);
  }
  [[nodiscard]] std::size_t taken() const { return sequences_.size(); }
  [[nodiscard]] bool finished() const { return finished_; }

 private:
  std::size_t fail_at_ = SIZE_MAX;
  std::vector<std::uint64_t> sequences_;
  std::vector<std::size_t> requests_;
  std::vector<std::int64_t> offsets_;
  bool finished_ = false;
};

class engine_test : public testing::Test {
 protected:
  // Little enough that the source waits for the sink again and again.
  static constexpr std::size_t k_budget = 1 << 20;

  void run(std::size_t threads = 4) {
    engine({.threads = threads, .assembling = {}}, signatures::compile(),
           committed_)
        .run(from_, to_);
  }

  const std::atomic<std::uint64_t> committed_{0};
  memory_units units_{k_budget};
  made_up_source from_{units_};
  noting_sink to_;
};

TEST_F(engine_test, each_batch_reaches_the_sink_once_and_in_order) {
  run();
  to_.expect_all_in_order(k_batches, from_.last_offset());
}

TEST_F(engine_test, one_thread_is_enough) {
  run(1);
  to_.expect_all_in_order(k_batches, from_.last_offset());
}

TEST_F(engine_test, large_batches_stay_in_order) {
  from_.make_large_one_in(5);
  run();
  to_.expect_all_in_order(k_batches, from_.last_offset());
}

TEST_F(engine_test, all_memory_units_come_back) {
  run();
  EXPECT_EQ(units_.in_use(), 0U);
}

TEST_F(engine_test, a_source_that_throws_ends_the_run_behind_its_batches) {
  from_.fail_at(100);
  EXPECT_THROW(run(), std::runtime_error);
  to_.expect_all_in_order(100, from_.last_offset());
  EXPECT_EQ(units_.in_use(), 0U);
}

TEST_F(engine_test, a_sink_that_throws_ends_the_run) {
  to_.fail_at(10);
  EXPECT_THROW(run(), std::logic_error);
  EXPECT_EQ(to_.taken(), 10U);
  EXPECT_LT(from_.made(), k_batches);
  EXPECT_FALSE(to_.finished());
  EXPECT_EQ(units_.in_use(), 0U);
}

TEST_F(engine_test, a_small_batch_that_finds_the_graph_empty_is_done_at_once) {
  class : public source {
   public:
    batch_ptr next() override {
      if (last_ != nullptr && last_->counts.records == 0) ++left_behind;
      if (++made_ > k_batches) return nullptr;
      auto made = std::make_unique<batch>();
      last_ = made.get();
      made->records.emplace_back();
      return made;
    }
    std::size_t left_behind = 0;

   private:
    const batch* last_ = nullptr;
    std::size_t made_ = 0;
  } small;
  class : public sink {
   public:
    // The source looks at what it made.
    void take(batch_ptr batch) override { kept_.push_back(std::move(batch)); }
    void finish() override {}

   private:
    std::vector<batch_ptr> kept_;
  } keeping;
  engine({.threads = 2, .assembling = {}}, signatures::compile(), committed_)
      .run(small, keeping);
  EXPECT_EQ(small.left_behind, 0U);
}

TEST_F(engine_test, an_input_that_is_empty_finishes_the_sink) {
  class : public source {
    batch_ptr next() override { return nullptr; }
  } nothing;
  engine({.threads = 2, .assembling = {}}, signatures::compile(), committed_)
      .run(nothing, to_);
  EXPECT_EQ(to_.taken(), 0U);
  EXPECT_TRUE(to_.finished());
}

}  // namespace
}  // namespace tokensieve
