// A material: versioned texts with `{{ variable | default: "…" }}`, checked when loaded, rendered
// when sent.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/settings.hpp"
#include "engine/outreach/request.hpp"

namespace beckon::outreach {

inline constexpr std::size_t most_rendered_bytes = 64 * 1024;

/// Final bytes for a channel.
struct rendered {
  std::string content_type;  ///< "application/json"
  /// A JSON object: what was decided, and the material's fields rendered; see `material::render`.
  std::string body;
};

/// Immutable; thread-safe. Variables: the rule's RETURN names, `user.FIELD` (the subject's
/// profile), `subject.id`, `rule`, `action`, `fired_at`. Fields are texts, or maps and lists of
/// texts, nested up to four deep.
class material {
 public:
  /// `node` is the material's map of settings, its key `id` apart; reports unknown filters, bad
  /// braces, … with line and column, and returns null then. In a text of several lines the message
  /// counts the text's own lines.
  static std::shared_ptr<const material> compile(std::string id, const settings& node,
                                                 problems& out);
  ~material();

  const std::string& id() const noexcept;
  const std::string& version() const noexcept;  ///< 8 hex digits of its content
  /// Variables named without a default that are not `user.*` or built in: checked against the
  /// rule's RETURN when the plan is made.
  std::vector<std::pair<std::string, problem>> required_returns() const;

  /// `user.FIELD`s named without a default: checked against the catalogue's profile fields.
  std::vector<std::pair<std::string, problem>> required_profile_fields() const;

  /// {delivery_id, occurrence, rule, rule_version, action, subject: {kind, id}, fired_at, material,
  /// material_version, content: {…}}. Errors, each of which refuses the send (verdict `render`):
  /// `not_found` for a variable without value and default, `exhausted` for a body over
  /// `most_rendered_bytes`.
  result<rendered> render(const request& what, std::string_view action, hash128 delivery,
                          const facts& known) const;

 private:
  struct implementation;
  explicit material(std::unique_ptr<const implementation> inside);
  std::unique_ptr<const implementation> inside_;
};

}  // namespace beckon::outreach
