// CAF's idioms in one thin layer: what every actor of ours installs, how work is guarded, how ends
// are described.
#pragma once

#include <exception>
#include <string>
#include <type_traits>
#include <utility>

#include <caf/all.hpp>

#include "messages/actor/token.hpp"

namespace beckon::actors {

/// What an exception says.
inline std::string describe(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const std::exception& e) {
    return e.what();
  } catch (...) {
    return "unknown exception";
  }
}

/// An exit reason that carries text, and the text back.
inline caf::error failure_of(std::string what) {
  return caf::make_error(caf::sec::runtime_error, std::move(what));
}
inline std::string text_of(const caf::error& reason) {
  const auto& context = reason.context();
  if (context.size() == 1 && context.match_element<std::string>(0))
    return context.get_as<std::string>(0);
  return caf::to_string(reason);
}

/// An exit ends an actor only when its parent ends, or whoever runs the node asks: never because a
/// child failed.
inline bool obeys(const caf::exit_msg& m, const caf::actor_addr& parent) {
  return (parent && m.source == parent) || m.reason == caf::exit_reason::user_shutdown ||
         m.reason == caf::exit_reason::kill;
}

/// Handlers every actor has: exceptions end it with their text as reason, so do exits that it obeys,
/// unknown messages are dropped.
template <class Self>
void install_defaults(Self* self, caf::actor_addr parent = {}) {
  self->set_exception_handler([](caf::scheduled_actor*, std::exception_ptr& failure) -> caf::error {
    return failure_of(describe(failure));
  });
  self->set_exit_handler([self, parent](caf::exit_msg& m) {
    if (obeys(m, parent)) self->quit(m.reason);
  });
  self->set_default_handler(caf::drop);
}

/// Runs `work`; an exception is written onto the token before it ends the actor.
template <class Work>
void guarded(const token& alive, const std::string& actor, Work&& work) {
  try {
    std::forward<Work>(work)();
  } catch (...) {
    if (alive) alive->blame(actor, describe(std::current_exception()));
    throw;
  }
}

/// Every actor state declares a constructor: CAF would silently initialise an aggregate's first
/// member with a pointer.
template <class State>
concept proper_state = !std::is_aggregate_v<State>;

}  // namespace beckon::actors
