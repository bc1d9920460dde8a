// lower, upper, length, contains, starts_with, ends_with, hash_bucket.
#include <algorithm>

#include "engine/base/hash.hpp"
#include "engine/language/functions.hpp"
#include "engine/language/structure.hpp"
#include "engine/language/utf8.hpp"
#include "engine/language/words.hpp"

namespace beckon::language {
namespace {

struct hash_bucket_node final : expression_node {
  node x, n, salt;

  hash_bucket_node(node what, node count, node with)
      : x(std::move(what)), n(std::move(count)), salt(std::move(with)) {
    type = value_type::integer;
  }
  const value& look(const scope& s, value& scratch) const noexcept override {
    value x_scratch, n_scratch, salt_scratch;
    const value& what = x->look(s, x_scratch);
    const std::int64_t* buckets = n->look(s, n_scratch).as_integer();
    const std::string* with = salt ? salt->look(s, salt_scratch).as_text() : nullptr;
    if (buckets == nullptr || *buckets <= 0 || (salt && with == nullptr)) return null_value();
    const std::string* text = what.as_text();
    const std::int64_t* number = what.as_integer();
    if (text == nullptr && number == nullptr) return null_value();
    const auto bucket = hash_bucket(text != nullptr ? *text : std::to_string(*number),
                                    static_cast<std::uint64_t>(*buckets),
                                    with == nullptr ? std::string_view() : *with);
    return scratch = value(static_cast<std::int64_t>(bucket));
  }
  void describe(structure& s) const override {
    s.node("hash bucket", *this).part(x.get()).part(n.get()).part(salt.get());
  }
};

}  // namespace

value lower_text(const value& a, const scope&) noexcept {
  const std::string* text = a.as_text();
  return text == nullptr ? value() : value(lowered(*text));
}

value upper_text(const value& a, const scope&) noexcept {
  const std::string* text = a.as_text();
  if (text == nullptr) return {};
  std::string out = *text;
  std::transform(out.begin(), out.end(), out.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return value(std::move(out));
}

value length_of(const value& a, const scope&) noexcept {
  if (const value_list* list = a.as_list()) return value(static_cast<std::int64_t>(list->size()));
  const std::string* text = a.as_text();
  return text == nullptr ? value() : value(static_cast<std::int64_t>(utf8_length(*text)));
}

value contains(const value& a, const value& b) noexcept {
  if (const value_list* list = a.as_list()) {
    truth found = b.is_null() ? truth::unknown : truth::no;
    for (const value& member : *list) {
      const truth t = compare(b, operation::equal, member);
      if (t == truth::yes) return as_value(t);
      if (t == truth::unknown) found = t;
    }
    return as_value(found);
  }
  const std::string *text = a.as_text(), *part = b.as_text();
  if (text == nullptr || part == nullptr) return {};
  return value(text->find(*part) != std::string::npos);
}

value starts_with(const value& a, const value& b) noexcept {
  const std::string *text = a.as_text(), *part = b.as_text();
  return text == nullptr || part == nullptr ? value() : value(text->starts_with(*part));
}

value ends_with(const value& a, const value& b) noexcept {
  const std::string *text = a.as_text(), *part = b.as_text();
  return text == nullptr || part == nullptr ? value() : value(text->ends_with(*part));
}

node make_hash_bucket(node x, node n, node salt) {
  return std::make_unique<hash_bucket_node>(std::move(x), std::move(n), std::move(salt));
}

}  // namespace beckon::language
