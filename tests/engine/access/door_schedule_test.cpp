// Doors under random schedules of refused publishes, lost acks and late copies, against a reader
// that drops what is at or below its last position and does not take what leaves a gap.
#include <map>
#include <random>

#include <gtest/gtest.h>

#include "engine/access/door.hpp"

namespace beckon {
namespace {

struct message {
  envelope_kind kind;
  std::uint64_t after;
  timestamp clock;
  std::vector<std::pair<std::uint64_t, timestamp>>
      entries;  // position, place: arrival or clock before
};

struct taken_entry {
  std::uint64_t position;
  std::uint64_t sequence;
  timestamp place;
};

/// One queue's stream and the partition reading it, always up to date.
struct stream {
  std::uint64_t sequence = 0;
  std::uint64_t last = 0;
  timestamp told = beginning;  // the largest clock read
  std::vector<taken_entry> taken;
  int begins = 0, ends = 0;

  void store(const message& m) {
    ++sequence;
    begins += m.kind == envelope_kind::begin;
    ends += m.kind == envelope_kind::end;
    if (m.after > last) return;  // a gap: entries and clock do not count
    for (const auto& [position, place] : m.entries) {
      if (position <= last) continue;
      ASSERT_GE(place, told) << "the clock lied about position " << position;
      last = position;
      taken.push_back({position, sequence, place});
    }
    told = std::max(told, m.clock);
  }
};

struct answer_due {
  std::uint32_t queue;
  std::uint64_t id;
  bool stored;
  std::uint64_t sequence;
};

class world {
 public:
  explicit world(std::uint64_t seed) : random_(seed) {
    settings_.name = "d";
    settings_.source = "s";
    settings_.partitions = 1u << pick(3);
    settings_.import = pick(2) == 1;
    settings_.envelope_entries = 1 + pick(4);
    settings_.envelope_bytes = 40;
    settings_.in_flight = 1 + pick(4);
    settings_.unacked_bytes = 200 + pick(3000);
    settings_.report_completed = true;
    streams_.resize(settings_.partitions);
    accepted_.resize(settings_.partitions);
    refuse_ = pick(30);
    lose_ = pick(30);
  }

  void run() {
    door d(settings_);
    d.begin({});
    for (int step = 0; step < 400; ++step) move(d);
    refuse_ = lose_ = 0;
    d.end(from_ms(1'000'000));
    for (int quiet = 0; quiet < 2000 && !d.ended(); ++quiet) {
      d.retry();
      publish(d, true);
      answer(d);
    }
    ASSERT_TRUE(d.ended());
    check(d);
  }

 private:
  std::uint32_t pick(std::uint32_t n) { return static_cast<std::uint32_t>(random_() % n); }

  void move(door& d) {
    switch (pick(12)) {
      case 0:
      case 1:
      case 2:
        accept(d);
        break;
      case 3:
      case 4:
      case 5:
        publish(d, pick(2) == 0);
        break;
      case 6:
      case 7:
      case 8:
        answer(d);
        break;
      case 9:
        d.retry();
        break;
      case 10:
        arrive_late();
        break;
      default:
        tick(d);
    }
    ASSERT_EQ(d.in_flight(), !answers_.empty());
    completed(d);
  }

  void accept(door& d) {
    now_ += pick(3);
    const timestamp arrival = d.stamp(from_ms(now_));
    const timestamp time = from_ms(now_ - pick(8));
    std::vector<door_share> shares;
    for (std::uint32_t q = 0; q < settings_.partitions; ++q) {
      if (pick(2) == 0) shares.push_back({q, std::string(1 + pick(40), 'x')});
    }
    const std::uint64_t position = position_ + 1 + pick(2);
    const std::size_t count = shares.size();
    std::vector<std::uint32_t> queues;
    for (const door_share& s : shares) queues.push_back(s.queue);
    const bool may = d.accepting() && !d.full();
    const auto done = d.accept(position, settings_.import ? time : arrival, shares);
    ASSERT_EQ(done.ok(), may);
    if (!may) return;
    position_ = position;
    ASSERT_EQ(queues.size(), count);
    places_[position] = settings_.import ? top_ : arrival;
    top_ = std::max(top_, time);
    for (const std::uint32_t q : queues) accepted_[q].push_back(position);
  }

  void publish(door& d, bool flush) {
    const auto out = d.next(flush);
    if (!out) return;
    message m{out->kind, out->after, out->clock, {}};
    for (const outgoing_entry& e : out->entries) {
      m.entries.emplace_back(e.position, places_.at(e.position));
      if (settings_.import) {
        ASSERT_EQ(e.before, places_.at(e.position));
      }
    }
    stream& s = streams_[out->queue];
    const std::uint32_t luck = pick(100);
    const bool refused = luck < refuse_;
    const bool lost = !refused && luck < refuse_ + lose_;
    if (refused && pick(2) == 0) late_.emplace_back(out->queue, m);  // stored yet, some time later
    if (!refused) s.store(m);
    answers_.push_back({out->queue, out->id, !refused && !lost, s.sequence});
  }

  void arrive_late() {
    if (late_.empty()) return;
    const auto [queue, m] = late_.front();
    late_.erase(late_.begin());
    streams_[queue].store(m);
  }

  void answer(door& d) {
    if (answers_.empty()) return;
    const std::size_t i = pick(static_cast<std::uint32_t>(answers_.size()));
    const answer_due a = answers_[i];
    answers_.erase(answers_.begin() + static_cast<std::ptrdiff_t>(i));
    if (a.stored) {
      d.ack(a.queue, a.id, a.sequence);
    } else {
      d.fail(a.queue, a.id);
    }
  }

  void tick(door& d) {
    if (!d.accepting()) return;
    d.stamp(from_ms(now_));
    ticks_.push_back(d.tick());
  }

  /// What may be answered to its sender has been taken by every partition it concerns.
  void completed(door& d) {
    std::vector<std::uint64_t> positions = d.take_completed();
    for (std::uint32_t q = 0; q < settings_.partitions; ++q) {
      for (const std::uint64_t p : positions) {
        const bool concerned =
            std::find(accepted_[q].begin(), accepted_[q].end(), p) != accepted_[q].end();
        ASSERT_TRUE(!concerned || p <= streams_[q].last) << "position " << p;
      }
      const auto next =
          std::upper_bound(accepted_[q].begin(), accepted_[q].end(), streams_[q].last);
      ASSERT_TRUE(next == accepted_[q].end() || d.low_water() < *next) << "low water";
    }
  }

  void check(const door& d) {
    EXPECT_EQ(d.low_water(), position_);
    EXPECT_EQ(d.unacked_bytes(), 0u);
    for (std::uint32_t q = 0; q < settings_.partitions; ++q) {
      std::vector<std::uint64_t> taken;
      for (const taken_entry& e : streams_[q].taken) taken.push_back(e.position);
      EXPECT_EQ(taken, accepted_[q]);
      EXPECT_GE(streams_[q].begins, 1);
      EXPECT_GE(streams_[q].ends, 1);
      if (settings_.import) {
        EXPECT_EQ(streams_[q].told, from_ms(1'000'000));
      }
      for (const tick_content& t : ticks_) {
        for (const taken_entry& e : streams_[q].taken) {
          if (e.sequence > t.acked[q]) {
            EXPECT_GE(e.place, t.clock) << "a tick lied";
          }
        }
      }
    }
  }

  std::mt19937_64 random_;
  door_settings settings_;
  std::vector<stream> streams_;
  std::vector<std::vector<std::uint64_t>> accepted_;  // by queue
  std::map<std::uint64_t, timestamp> places_;
  std::vector<answer_due> answers_;
  std::vector<std::pair<std::uint32_t, message>> late_;
  std::vector<tick_content> ticks_;
  std::uint32_t refuse_ = 0, lose_ = 0;
  std::int64_t now_ = 100;
  std::uint64_t position_ = 0;
  timestamp top_ = beginning;
};

TEST(door_schedules, every_entry_is_taken_once_in_order_and_no_clock_lies) {
  for (std::uint64_t seed = 0; seed < 1500; ++seed) {
    SCOPED_TRACE(seed);
    world(seed).run();
    if (::testing::Test::HasFailure()) return;
  }
}

}  // namespace
}  // namespace beckon
