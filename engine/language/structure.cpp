#include "engine/language/structure.hpp"

#include <bit>

#include "engine/language/expression_node.hpp"

namespace beckon::language {

structure& structure::node(std::string_view kind, const expression_node& self) {
  parts_.text(kind).number(static_cast<std::uint64_t>(self.type));
  return *this;
}

structure& structure::part(const expression_node* n) {
  if (n == nullptr) return text("none");
  n->describe(*this);
  return *this;
}

structure& structure::number(std::uint64_t n) {
  parts_.number(n);
  return *this;
}

structure& structure::text(std::string_view t) {
  parts_.text(t);
  return *this;
}

structure& structure::content(const value& v) {
  number(static_cast<std::uint64_t>(v.type()));
  if (const bool* b = v.as_boolean()) return number(*b ? 1 : 0);
  if (const std::int64_t* i = v.as_integer()) return number(static_cast<std::uint64_t>(*i));
  if (const double* d = v.as_real()) return number(std::bit_cast<std::uint64_t>(*d));
  if (const std::string* t = v.as_text()) return text(*t);
  if (const duration* s = v.as_span()) return number(static_cast<std::uint64_t>(s->count()));
  if (const timestamp* t = v.as_time()) return number(static_cast<std::uint64_t>(to_ms(*t)));
  const value_list* list = v.as_list();
  if (list == nullptr) return *this;
  number(list->size());
  for (const value& item : *list) content(item);
  return *this;
}

structure& structure::same(const void* object) {
  return number(std::bit_cast<std::uintptr_t>(object));
}

structure& structure::beyond_event() {
  of_event_alone_ = false;
  return *this;
}

}  // namespace beckon::language
