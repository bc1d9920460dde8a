#include "engine/outreach/filters/subject_list.hpp"

namespace beckon::outreach {
namespace {

problem no_such_list(const settings& place, const filter_environment& env) {
  std::vector<std::string> names;
  if (env.lists) {
    for (const auto& entry : *env.lists) names.push_back(entry.first);
  }
  const std::string near = nearest(place.scalar, names);
  return place.at("there is no list '" + place.scalar + "'",
                  near.empty() ? "add lists/" + place.scalar + ".txt, one id per line"
                               : "did you mean '" + near + "'?");
}

}  // namespace

std::optional<subject_list> subject_list::read(settings_reader& options, const settings& node,
                                               const filter_environment& env, problems& out) {
  const std::size_t before = out.size();
  const settings* list = options.node("list");
  const settings* ids = options.node("ids");
  subject_list made;
  if (ids != nullptr) {
    for (std::string& id : options.texts("ids")) made.ids_.insert(std::move(id));
  }
  if (list != nullptr) {
    const std::string name = options.text("list");
    const auto known = env.lists ? env.lists->find(name) : language::named_lists::const_iterator();
    if (env.lists && known != env.lists->end()) {
      made.named_ = known->second;
    } else if (list->what == settings::shape::scalar) {
      out.push_back(no_such_list(*list, env));
    }
  }
  if (list == nullptr && ids == nullptr) {
    out.push_back(node.at("this filter names nobody", "give 'list: NAME' or 'ids: [...]'"));
  }
  if (out.size() != before) return std::nullopt;
  return made;
}

bool subject_list::contains(const std::string& id) const noexcept {
  return ids_.contains(id) || (named_ && named_->contains(id));
}

}  // namespace beckon::outreach
