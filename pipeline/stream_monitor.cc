#include "pipeline/stream_monitor.h"

#include <utility>

namespace tokensieve {
namespace {

/// The sink thread is at work, until this ends.
class at_work {
 public:
  explicit at_work(heartbeat& thread) noexcept : thread_(thread) {
    thread_.beat();
  }
  ~at_work() { thread_.rest(); }
  at_work(const at_work&) = delete;
  at_work& operator=(const at_work&) = delete;

 private:
  heartbeat& thread_;
};

}  // namespace

batch_ptr watched_source::next() {
  monitor_.state.source_thread.beat();
  batch_ptr work = from_.next();
  if (!work) {
    monitor_.state.source_thread.rest();
    monitor_.state.set(unready::stopping);
    return work;
  }
  if (!work->replayed) {
    monitor_.totals.records_read += work->records.size();
    monitor_.totals.bytes_read += work->value_bytes;
  }
  for (const partition_position& one : work->positions) {
    if (one.timestamp_ms) {
      monitor_.lag.read(*one.topic, one.partition, *one.timestamp_ms);
    }
  }
  monitor_.state.handed_over();
  return work;
}

void watched_sink::start(const std::function<void()>& wake) {
  monitor_.state.sink_thread.rest();
  to_.start(wake);
}

void watched_sink::take(batch_ptr batch) {
  const at_work working(monitor_.state.sink_thread);
  to_.take(std::move(batch));
  monitor_.state.taken();
  look_for_commit();
}

void watched_sink::idle() {
  const at_work working(monitor_.state.sink_thread);
  to_.idle();
  look_for_commit();
}

void watched_sink::finish() {
  const at_work working(monitor_.state.sink_thread);
  to_.finish();
}

void watched_sink::look_for_commit() {
  const std::uint64_t commits = monitor_.totals.commits;
  if (commits == std::exchange(commits_, commits)) return;
  // A commit of an assignment that was over may have been refused after the
  // next one began; who commits is not fenced.
  monitor_.state.clear(unready::fenced);
}

}  // namespace tokensieve
