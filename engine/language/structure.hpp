// What a checked expression means, as a hash: two expressions with the same structure give the same
// value in every scope. Of this process only, never stored.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "engine/base/hash.hpp"
#include "engine/base/value.hpp"

namespace beckon::language {

struct expression_node;

/// Nodes write themselves down into it, parts after the node they belong to. One thread.
class structure {
 public:
  /// Begins a node. `kind` tells kinds of nodes apart.
  structure& node(std::string_view kind, const expression_node& self);
  /// Its parts; null: there is none.
  structure& part(const expression_node* n);
  template <class nodes>
  structure& parts(const nodes& all) {
    number(all.size());
    for (const auto& each : all) part(each.get());
    return *this;
  }
  /// What else makes it different from others of its kind.
  structure& number(std::uint64_t n);
  structure& text(std::string_view t);
  structure& content(const value& v);
  /// Something that is the same only when it is the very same object.
  structure& same(const void* object);
  /// It reads more than the event under test: a run, the profile, the judged time, the zone.
  structure& beyond_event();

  bool of_event_alone() const noexcept { return of_event_alone_; }
  hash128 finish() const noexcept { return parts_.finish(); }

 private:
  hash_builder parts_;
  bool of_event_alone_ = true;
};

}  // namespace beckon::language
