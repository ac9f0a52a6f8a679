#include "pipeline/engine.h"

#include "pipeline/handoff_queue.h"
#include "pipeline/inspector.h"

#include <oneapi/tbb/enumerable_thread_specific.h>
#include <oneapi/tbb/flow_graph.h>
#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/task_arena.h>

#include <algorithm>
#include <cmath>
#include <exception>
#include <fstream>
#include <string>
#include <thread>
#include <utility>

#if defined(__SANITIZE_THREAD__)
#include <sanitizer/tsan_interface.h>
#endif

namespace tokensieve {
namespace {

namespace flow = oneapi::tbb::flow;

// Nodes copy their messages, so a batch travels as a bare pointer: owned by
// the graph from try_put until assemble takes it back.
using message = batch*;

// Up to here a batch that finds the graph empty does not enter it: a worker
// that is woken for a few records, and spins behind them for more, takes
// several times what they do.
constexpr std::size_t k_direct_bytes = 64 << 10;

// oneTBB's library is not instrumented, so ThreadSanitizer has to be told
// that what one stage did to a batch happens before the next stage.
#if defined(__SANITIZE_THREAD__)
void hand_over(message work) noexcept {
  __tsan_release(work);
}
void receive(message work) noexcept {
  __tsan_acquire(work);
}
#else
void hand_over(message) noexcept {}
void receive(message) noexcept {}
#endif

/// Serves the sink until the queue is closed. Keeps the first exception, goes
/// on releasing batches behind it so that the source does not starve.
class sink_thread {
 public:
  sink_thread(handoff_queue& queue, sink& to)
      : queue_(queue), sink_(to), thread_([this] { serve(); }) {}

  /// True once the sink threw: what is read from here on is lost labour.
  [[nodiscard]] bool failed() const noexcept {
    return failed_.load(std::memory_order_relaxed);
  }

  void join() {
    queue_.close();
    thread_.join();
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  void serve() {
    using event = handoff_queue::event;
    while (true) {
      handoff_queue::item item = queue_.pop(next_deadline());
      if (item.what == event::closed) break;
      guard([&] {
        if (item.what == event::batch) {
          sink_.take(std::move(item.batch));
        } else {
          sink_.idle();
        }
      });
    }
    guard([&] { sink_.finish(); });
  }

  std::chrono::steady_clock::time_point next_deadline() {
    if (failure_) return std::chrono::steady_clock::time_point::max();
    return sink_.deadline();
  }

  template <typename Call>
  void guard(Call&& call) {
    if (failure_) return;
    try {
      call();
    } catch (...) {
      failure_ = std::current_exception();
      failed_.store(true, std::memory_order_relaxed);
    }
  }

  handoff_queue& queue_;
  sink& sink_;
  std::exception_ptr failure_;  // sink thread, and `join` behind it
  std::atomic<bool> failed_{false};
  std::thread thread_;
};

/// Processors by the container's quota (cgroup v2), or none.
std::size_t quota_cores() {
  std::ifstream file("/sys/fs/cgroup/cpu.max");
  // "max 100000" where there is none, which is no number.
  double quota = 0;
  double period = 0;
  if (!(file >> quota >> period) || period <= 0) return 0;
  const double cores = quota / period;
  return static_cast<std::size_t>(std::max(1.0, std::ceil(cores)));
}

}  // namespace

std::size_t available_cores() {
  const std::size_t cores = std::max(1U, std::thread::hardware_concurrency());
  const std::size_t quota = quota_cores();
  return quota == 0 ? cores : std::min(cores, quota);
}

engine::engine(engine_options options,
               std::shared_ptr<const signatures> patterns,
               const std::atomic<std::uint64_t>& committed)
    : options_(std::move(options)),
      patterns_(std::move(patterns)),
      committed_(committed) {}

void engine::run(source& from, sink& to) {
  const std::size_t threads =
      options_.threads == 0 ? available_cores() : options_.threads;
  // The calling thread counts as one; it reads and takes no part in the work.
  const oneapi::tbb::global_control limit(
      oneapi::tbb::global_control::max_allowed_parallelism, threads + 1);
  oneapi::tbb::task_arena arena(static_cast<int>(threads), 0);

  oneapi::tbb::enumerable_thread_specific<std::unique_ptr<inspector>> workers(
      [this] {
        return std::make_unique<inspector>(
            patterns_,
            inspector_options{options_.min_confidence, options_.depth,
                              options_.max_event_bytes,
                              options_.assembling.explain});
      });
  seam_table seams(patterns_, options_.min_confidence, options_.depth,
                   options_.seam_bytes);
  assembler assembling(options_.assembling, committed_, &seams);
  handoff_queue queue;

  const auto inspect = [&](message work) noexcept {
    receive(work);
    try {
      workers.local()->inspect(*work);
    } catch (const std::exception&) {
      work->unread_from = 0;  // no memory for a worker
    }
    hand_over(work);
    return work;
  };
  const auto assemble = [&](message work) noexcept {
    assembling.assemble(*work);
    queue.push(batch_ptr(work));
  };
  // Changed by the source thread while the graph is empty only: all that is in
  // it sees one value.
  std::atomic<std::uint64_t> past_the_graph{0};
  std::atomic<std::size_t> in_the_graph{0};

  std::unique_ptr<flow::graph> graph;
  arena.execute([&] { graph = std::make_unique<flow::graph>(); });
  flow::function_node<message, message> inspect_node(*graph, flow::unlimited,
                                                     inspect);
  // A single large event may take six times its size: one at a time.
  flow::function_node<message, message> large_lane(*graph, flow::serial,
                                                   inspect);
  flow::sequencer_node<message> sequencer(*graph, [&](message work) {
    return work->sequence - past_the_graph.load(std::memory_order_relaxed);
  });
  flow::function_node<message> assemble_node(
      *graph, flow::serial, [&](message work) noexcept {
        receive(work);
        assemble(work);
        in_the_graph.fetch_sub(1, std::memory_order_release);
      });
  flow::make_edge(inspect_node, sequencer);
  flow::make_edge(large_lane, sequencer);
  flow::make_edge(sequencer, assemble_node);

  to.start([&queue] { queue.wake(); });
  sink_thread serving(queue, to);
  std::exception_ptr failure;
  try {
    std::uint64_t sequence = 0;
    while (!serving.failed()) {
      batch_ptr work = from.next();
      if (!work) break;
      work->sequence = sequence++;
      if (!work->large && work->value_bytes <= k_direct_bytes &&
          in_the_graph.load(std::memory_order_acquire) == 0) {
        assemble(inspect(work.release()));
        past_the_graph.fetch_add(1, std::memory_order_relaxed);
        continue;
      }
      in_the_graph.fetch_add(1, std::memory_order_relaxed);
      auto& lane = work->large ? large_lane : inspect_node;
      hand_over(work.get());
      lane.try_put(work.release());
    }
  } catch (...) {
    failure = std::current_exception();
  }
  arena.execute([&] { graph->wait_for_all(); });
  serving.join();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace tokensieve
