// Rows of relations, asked of the loader: what is durable, not what the epoch under way and those
// with the committer write.
#include <utility>

#include "actors/partition/state.hpp"

namespace beckon::actors {

/// `then` is called once, between or within epochs; never after this incarnation has ended.
void partition_state::scan(port::row_kind kind, std::string prefix, std::string after,
                           std::size_t most, scan_handler then) {
  scans_[++last_scan_] = std::move(then);
  self_->send(parts_.peers.loader,
              scan_request{parts_.number, parts_.incarnation, last_scan_, kind, std::move(prefix),
                           std::move(after), most},
              me());
}

void partition_state::on_scanned(scan_done& s) {
  if (void_message(s.incarnation)) return;
  auto asked = scans_.extract(s.serial);
  if (asked.empty()) return;
  if (s.failed) throw std::runtime_error("cannot read rows: " + s.failed->to_string());
  asked.mapped()(std::move(s.rows), s.whole);
}

}  // namespace beckon::actors
