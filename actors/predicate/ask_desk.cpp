#include "actors/predicate/ask_desk.hpp"

#include <algorithm>

namespace beckon::actors {
namespace {

constexpr std::size_t longest_body = std::size_t{64} << 10;
constexpr outreach::no_answer all_missing[] = {
    outreach::no_answer::timeout,    outreach::no_answer::unreachable,
    outreach::no_answer::too_large,  outreach::no_answer::status,
    outreach::no_answer::bad_answer, outreach::no_answer::breaker_open};

port::counter& make_asks(port::metrics& m, const std::string& filter, std::string outcome) {
  return m.make_counter("beckon_predicate_asks_total",
                        "Questions of filters to others, by what came of them",
                        {{"filter", filter}, {"outcome", std::move(outcome)}});
}

epoch::answer to_answer(outreach::predicate_answer what) {
  if (what.missing) return {epoch::answer::kind::failed, std::string(to_string(*what.missing)), {}};
  return {what.said.pass ? epoch::answer::kind::pass : epoch::answer::kind::refuse,
          std::move(what.said.reason), std::move(what.said.values)};
}

}  // namespace

predicate_answer failed_answer(const predicate_ask& a, outreach::no_answer why) {
  return {a.incarnation, a.name, to_answer({why, {}})};
}

ask_probes::ask_probes(port::metrics& m, const std::string& filter)
    : passed(make_asks(m, filter, "passed")),
      refused(make_asks(m, filter, "refused")),
      seconds(m.make_histogram("beckon_predicate_seconds",
                               "From a filter's question to its answer or its giving up",
                               {{"filter", filter}})),
      in_flight(m.make_gauge("beckon_predicate_in_flight", "Questions whose answer is awaited",
                             {{"filter", filter}})),
      waiting(m.make_gauge("beckon_predicate_waiting", "Questions that wait for a place",
                           {{"filter", filter}})),
      left_alone(m.make_gauge("beckon_predicate_breaker_open",
                              "1 while nobody is asked because the endpoint keeps failing",
                              {{"filter", filter}})) {
  for (const auto why : all_missing)
    missing[why] = &make_asks(m, filter, std::string(to_string(why)));
}

port::counter& ask_probes::of(const outreach::predicate_answer& what) {
  if (what.missing) return *missing.at(*what.missing);
  return what.said.pass ? passed : refused;
}

ask_desk::ask_desk(std::string id, predicate_way way, const surroundings& around)
    : id_(std::move(id)),
      around_(around),
      whom_(std::move(way.whom)),
      probes_(*around.metrics, id_),
      line_(way.how),
      reader_({.bytes = longest_body}) {}

void ask_desk::ask(const predicate_ask& a, const partition_actor& reply_to) {
  if (admit(a, reply_to)) take_turns();
}

/// False: it is here already.
bool ask_desk::admit(const predicate_ask& a, const partition_actor& reply_to) {
  const key who{a.partition, a.name.number, a.name.epoch, a.name.round};
  const std::lock_guard hold(guard_);
  if (const auto at = by_key_.find(who); at != by_key_.end()) {
    entry& known = entries_.at(at->second);
    known.incarnation = a.incarnation;
    known.reply_to = reply_to;
    return false;
  }
  by_key_.emplace(who, ++last_);
  entries_.emplace(
      last_, entry{who, a.incarnation, a.name, reply_to, a.body, around_.clock->now(), a.until});
  line_.add(last_, a.until);
  return true;
}

void ask_desk::take_turns() {
  for (begun& one : next_turns()) {
    // A weak reference: the predicate's own thread must never be the one that ends desk and
    // predicate.
    whom_->ask(std::move(one.what),
               [desk = weak_from_this(), who = one.who](const port::predicate_reply& reply) {
                 if (const auto self = desk.lock()) self->finish(who, reply);
               });
  }
}

std::vector<ask_desk::begun> ask_desk::next_turns() {
  std::vector<begun> out;
  const std::lock_guard hold(guard_);
  const timestamp now = around_.clock->now();
  const auto turn = line_.advance(now);
  for (const auto& [who, why] : turn.give_up) answer(who, {why, {}}, now);
  for (const ticket who : turn.begin) {
    entry& e = entries_.at(who);
    out.push_back({who, {std::move(e.body), e.until - now}});
  }
  show();
  return out;
}

void ask_desk::finish(ticket who, const port::predicate_reply& reply) {
  {
    const std::lock_guard hold(guard_);
    const timestamp now = around_.clock->now();
    auto what = read(reply);
    note(what, reply, now);
    answer(who, std::move(what), now);
  }
  take_turns();
}

outreach::predicate_answer ask_desk::read(const port::predicate_reply& reply) {
  using kind = port::predicate_reply::kind;
  if (reply.what == kind::timed_out) return {outreach::no_answer::timeout, {}};
  if (reply.what == kind::unreachable) return {outreach::no_answer::unreachable, {}};
  if (reply.what == kind::too_large) return {outreach::no_answer::too_large, {}};
  auto out = outreach::read_predicate_answer(
      reply.status, reply.status == 200 ? reader_.read_object(reply.body) : field_list{});
  if (!out.missing && !out.said.pass) out.said.reason = words_.of(out.said.reason);
  return out;
}

void ask_desk::note(const outreach::predicate_answer& what, const port::predicate_reply& reply,
                    timestamp now) {
  if (!line_.end(what, reply.status, now)) return;
  around_.log->write(port::log_level::warning, "predicate " + id_,
                     line_.left_alone() ? "who is asked keeps failing and is left alone for a while"
                                        : "who is asked answers again",
                     {{"last", reply.detail}});
}

void ask_desk::answer(ticket who, outreach::predicate_answer what, timestamp now) {
  const auto at = entries_.find(who);
  if (at == entries_.end()) return;
  const entry& e = at->second;
  probes_.of(what).add();
  probes_.seconds.observe(std::chrono::duration<double>(now - e.asked).count());
  caf::anon_send(e.reply_to, predicate_answer{e.incarnation, e.name, to_answer(std::move(what))});
  by_key_.erase(e.who);
  entries_.erase(at);
}

void ask_desk::show() {
  probes_.in_flight.set(static_cast<std::int64_t>(line_.under_way()));
  probes_.waiting.set(static_cast<std::int64_t>(line_.waiting()));
  probes_.left_alone.set(line_.left_alone() ? 1 : 0);
}

}  // namespace beckon::actors
