// What one filter has under way: asks that wait for a place and asks that wait for their answer, by
// (partition, pending decision). Survives the filter's actor, so that its restart loses nothing. An
// ask offered again, by a partition's next incarnation, attaches to the one that is there.
// Thread-safe: predicates answer on their own threads.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <tuple>
#include <vector>

#include "actors/predicate/predicates.hpp"
#include "engine/outreach/ask_line.hpp"
#include "messages/codec/json.hpp"

namespace beckon::actors {

/// What a filter's asks come to.
struct ask_probes {
  ask_probes(port::metrics& m, const std::string& filter);
  port::counter& of(const outreach::predicate_answer& what);

  port::counter& passed;
  port::counter& refused;
  std::map<outreach::no_answer, port::counter*> missing;
  port::histogram& seconds;  ///< from the ask to its answer
  port::gauge& in_flight;
  port::gauge& waiting;
  port::gauge& left_alone;
};

class ask_desk : public std::enable_shared_from_this<ask_desk> {
 public:
  ask_desk(std::string id, predicate_way way, const surroundings& around);

  void ask(const predicate_ask& a, const partition_actor& reply_to);

 private:
  using ticket = outreach::ask_line::ticket;
  /// Partition, number, epoch, round.
  using key = std::tuple<std::uint32_t, std::uint64_t, std::uint64_t, std::uint32_t>;
  struct entry {
    key who;
    std::uint64_t incarnation = 0;
    epoch::pending_name name;
    partition_actor reply_to;
    std::string body;
    timestamp asked{};
    timestamp until{};
  };
  struct begun {
    ticket who = 0;
    port::predicate_question what;
  };

  bool admit(const predicate_ask& a, const partition_actor& reply_to);
  void take_turns();
  std::vector<begun> next_turns();
  void finish(ticket who, const port::predicate_reply& reply);
  outreach::predicate_answer read(const port::predicate_reply& reply);
  void note(const outreach::predicate_answer& what, const port::predicate_reply& reply,
            timestamp now);
  void answer(ticket who, outreach::predicate_answer what, timestamp now);
  void show();

  const std::string id_;
  const surroundings around_;
  std::shared_ptr<port::predicate> whom_;
  ask_probes probes_;
  std::mutex guard_;
  outreach::ask_line line_;
  outreach::reason_words words_;
  codec::json_reader reader_;
  std::map<ticket, entry> entries_;
  std::map<key, ticket> by_key_;
  ticket last_ = 0;
};

/// The answer to an ask that could not be made.
predicate_answer failed_answer(const predicate_ask& a, outreach::no_answer why);

}  // namespace beckon::actors
