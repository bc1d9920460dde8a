#include "actors/runtime/small_actor.hpp"

#include <caf/detail/sync_request_bouncer.hpp>

#include "actors/runtime/actor_base.hpp"

namespace beckon::actors {
namespace {

using element = caf::mailbox_element;

element* behind(const element& one) noexcept {
  return static_cast<element*>(one.next);
}

/// The inbox hands out the newest first.
element* oldest_first(element* newest) noexcept {
  element* first = nullptr;
  while (newest != nullptr) {
    element* const next = behind(*newest);
    newest->next = first;
    first = std::exchange(newest, next);
  }
  return first;
}

}  // namespace

small_actor::small_actor(caf::actor_config& config) : caf::monitorable_actor(config) {
  register_at_system();
  inbox_.try_block();
}

void small_actor::enqueue(caf::mailbox_element_ptr what, caf::execution_unit* host) {
  const auto id = what->mid;
  const auto sender = what->sender;
  switch (inbox_.push_front(std::move(what))) {
    case caf::intrusive::inbox_result::unblocked_reader:
      intrusive_ptr_add_ref_impl();  // for the scheduler, which lets go when it has been resumed
      if (host != nullptr)
        host->exec_later(this);
      else
        home_system().scheduler().enqueue(this);
      break;
    case caf::intrusive::inbox_result::queue_closed:
      if (id.is_request()) caf::detail::sync_request_bouncer{fail_state()}(sender, id);
      break;
    case caf::intrusive::inbox_result::success:
      break;
  }
}

/// Everything that has arrived; those who wait for a thread come between that and what arrives
/// meanwhile.
caf::resumable::resume_result small_actor::resume(caf::execution_unit* host, std::size_t) {
  for (element* at = oldest_first(inbox_.take_head()); at != nullptr;) {
    caf::mailbox_element_ptr one(std::exchange(at, behind(*at)));
    if (ended())
      bounce(one);
    else
      take(one->content(), host);
  }
  if (!ended()) return inbox_.try_block() ? awaiting_message : resume_later;
  caf::detail::sync_request_bouncer answer{fail_state()};
  const auto close = [&](element* one) {
    const caf::mailbox_element_ptr held(one);
    answer(*held);
  };
  inbox_.close(close);
  return done;
}

void small_actor::take(caf::type_erased_tuple& message, caf::execution_unit* host) {
  if (message.match_elements<caf::exit_msg>()) {
    auto& exit = message.get_mutable_as<caf::exit_msg>(0);
    if (obeys(exit, parent())) cleanup(std::move(exit.reason), host);
    return;
  }
  std::string why;
  try {
    return receive(message);
  } catch (...) {
    why = describe(std::current_exception());
  }
  failed(why);
  cleanup(failure_of(std::move(why)), host);
}

void small_actor::intrusive_ptr_add_ref_impl() {
  caf::intrusive_ptr_add_ref(ctrl());
}

void small_actor::intrusive_ptr_release_impl() {
  caf::intrusive_ptr_release(ctrl());
}

bool small_actor::cleanup(caf::error&& reason, caf::execution_unit* host) {
  const bool first = caf::monitorable_actor::cleanup(std::move(reason), host);
  if (first) unregister_from_system();
  return first;
}

/// Nobody holds it any more, and nothing was to end it.
void small_actor::on_destroy() {
  if (!ended()) cleanup(caf::exit_reason::unreachable, nullptr);
  caf::monitorable_actor::on_destroy();
}

}  // namespace beckon::actors
