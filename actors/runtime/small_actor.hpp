// A small actor, for what there is one of per subject: mailbox, failure isolation, monitors and
// links as with any other, in about 200 bytes. CAF's own scheduled actors take 1,040 bytes each
// before they have a behaviour, for streams, responses, timeouts and handlers that can be
// exchanged. What a subclass keeps between messages stands beside it in the same allocation.
#pragma once

#include <cstddef>
#include <string>
#include <utility>

#include <caf/all.hpp>
#include <caf/intrusive/lifo_inbox.hpp>

namespace beckon::actors {

/// Runs on the scheduler's threads, one message at a time, in the order of arrival. An exception
/// ends it with its text as reason, and so does an exit that install_defaults would obey; messages
/// it does not know are dropped, requests to one that has ended are answered with an error. It
/// cannot request, be detached or change its behaviour.
class small_actor : public caf::monitorable_actor, public caf::resumable {
 public:
  // For senders and for the scheduler: any thread.
  using caf::monitorable_actor::enqueue;
  void enqueue(caf::mailbox_element_ptr what, caf::execution_unit* host) final;
  // `subtype` stays unspecified: of a "scheduled actor" CAF would take a caf::scheduled_actor.
  resume_result resume(caf::execution_unit* host, std::size_t most) final;
  void intrusive_ptr_add_ref_impl() final;
  void intrusive_ptr_release_impl() final;
  void on_destroy() final;
  bool cleanup(caf::error&& reason, caf::execution_unit* host) final;

 protected:
  /// It sleeps until its first message.
  explicit small_actor(caf::actor_config& config);

  /// Handles one message; may throw.
  virtual void receive(caf::type_erased_tuple& message) = 0;
  /// `receive` threw: a last word, before it ends.
  virtual void failed(const std::string& why) noexcept = 0;
  /// Whose end is its own.
  virtual caf::actor_addr parent() const = 0;

 private:
  struct inbox_policy {
    using mapped_type = caf::mailbox_element;
    using unique_pointer = caf::mailbox_element_ptr;
  };

  void take(caf::type_erased_tuple& message, caf::execution_unit* host);
  bool ended() const { return getf(is_cleaned_up_flag); }

  caf::intrusive::lifo_inbox<inbox_policy> inbox_;
};

/// Makes an actor of class `Actor`, derived from small_actor. It lives as long as somebody holds
/// its handle, or until it ends.
template <class Handle, class Actor, class... Arguments>
Handle make_small_actor(caf::actor_system& system, Arguments&&... arguments) {
  caf::actor_config config;
  return caf::actor_cast<Handle>(
      caf::make_actor<Actor, caf::strong_actor_ptr>(system.next_actor_id(), system.node(), &system,
                                                    config, std::forward<Arguments>(arguments)...));
}

}  // namespace beckon::actors
