#include "actors/loader/loader.hpp"

#include <algorithm>

#include "actors/runtime/actor_base.hpp"
#include "messages/codec/rows.hpp"

namespace beckon::actors {
namespace {

load_done load(port::store& store, load_request& r) {
  load_done done{r.incarnation, r.epoch, std::move(r.slots), {}, {}};
  auto rows = store.load(r.keys);
  if (!rows) {
    done.failed = rows.error();
    return done;
  }
  for (std::size_t i = 0; i + 2 < rows->size(); i += 3) {
    done.rows.push_back(std::make_shared<subject_rows>(
        subject_rows{std::move((*rows)[i]), std::move((*rows)[i + 1]), std::move((*rows)[i + 2])}));
  }
  return done;
}

scan_done scan(port::store& store, const scan_request& r) {
  scan_done done{r.incarnation, r.serial, {}, true, {}};
  const auto visit = [&](port::row_kind, std::string_view key, std::string_view content) {
    if (!key.starts_with(r.prefix)) return false;
    done.whole = done.rows.size() < r.most;
    if (done.whole) done.rows.emplace_back(key, content);
    return done.whole;
  };
  const auto scanned = store.scan(r.partition, r.kind, std::max(r.prefix, r.after), visit);
  if (!scanned) done.failed = scanned.error();
  return done;
}

recover_done recover(port::store& store, const recover_request& r) {
  recover_done done;
  done.incarnation = r.incarnation;
  const auto fail = [&](const result<void>& step) {
    if (!step && !done.failed) done.failed = step.error();
  };
  auto base = store.recover(r.partition);
  if (!base) {
    done.failed = base.error();
    return done;
  }
  done.base = std::move(*base);
  const auto collect = [](auto& rows) {
    return [&rows](port::row_kind, std::string_view key, std::string_view content) {
      rows.emplace_back(key, content);
      return true;
    };
  };
  fail(store.scan(r.partition, port::row_kind::directory, "", collect(done.directory)));
  fail(store.scan(r.partition, port::row_kind::outbox, "", collect(done.outbox)));
  fail(store.scan(r.partition, port::row_kind::job, "", collect(done.jobs)));
  fail(store.scan(r.partition, port::row_kind::derived, "", collect(done.derived)));
  fail(store.scan(r.partition, port::row_kind::pending, "", collect(done.pending)));
  fail(store.scan(r.partition, port::row_kind::dead_letter, "",
                  [&](auto, std::string_view key, std::string_view content) {
                    const auto id = hash_from_bytes(key);
                    const auto row = codec::decode_dead_letter(content);
                    if (!id)
                      done.failed = id.error();
                    else
                      done.dead_letters.push_back({row ? row->time : beginning, *id});
                    return id.ok();
                  }));
  return done;
}

struct loader_state {
  loader_state() = default;
  explicit loader_state(port::store* s) : store(s) {}
  port::store* store = nullptr;
};

loader_actor::behavior_type loader(loader_actor::stateful_pointer<loader_state> self,
                                   port::store* store) {
  install_defaults(self);
  self->state.store = store;
  return {
      [self](load_request& r, const partition_actor& reply_to) {
        self->send(reply_to, load(*self->state.store, r));
      },
      [self](const scan_request& r, const partition_actor& reply_to) {
        self->send(reply_to, scan(*self->state.store, r));
      },
      [self](const recover_request& r, const partition_actor& reply_to) {
        self->send(reply_to, recover(*self->state.store, r));
      },
  };
}

}  // namespace

loader_actor spawn_loader(caf::actor_system& system, port::store& store) {
  static_assert(proper_state<loader_state>);
  return system.spawn<caf::detached>(loader, &store);
}

}  // namespace beckon::actors
