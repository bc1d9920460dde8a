#include "topology/validate/chains.hpp"

#include <algorithm>
#include <string_view>

namespace beckon::topology {
namespace {

constexpr std::string_view include = "chain:";

/// Walks the includes depth first and expands every chain once, so that cost is bounded whatever
/// includes what.
class expansion {
 public:
  expansion(const std::vector<chain_part>& chains, const std::vector<std::string>& known,
            problems& out)
      : chains_(chains), known_(known), out_(out), done_(chains.size()), plain_(chains.size()) {}

  const std::vector<std::string>& filters_of(std::size_t chain) {
    if (done_[chain]) return plain_[chain];
    done_[chain] = true;
    way_.push_back(chain);
    std::vector<std::string> filters;
    for (std::size_t i = 0; i < chains_[chain].filters.size(); ++i) add(filters, chain, i);
    way_.pop_back();
    return plain_[chain] = std::move(filters);
  }

 private:
  /// Adds what entry `i` of a chain stands for.
  void add(std::vector<std::string>& filters, std::size_t chain, std::size_t i) {
    const std::string& entry = chains_[chain].filters[i];
    if (!entry.starts_with(include)) {
      if (is_fit(chain, i)) add_once(filters, entry);
      return;
    }
    const std::size_t other = included(chain, i);
    if (other == chains_.size()) return;
    for (const std::string& f : filters_of(other)) add_once(filters, f);
  }

  static void add_once(std::vector<std::string>& filters, const std::string& f) {
    if (std::find(filters.begin(), filters.end(), f) == filters.end()) filters.push_back(f);
  }

  /// Entry `i` names a filter that exists and that no entry before it names.
  bool is_fit(std::size_t chain, std::size_t i) {
    const std::vector<std::string>& entries = chains_[chain].filters;
    const auto at = entries.begin() + static_cast<std::ptrdiff_t>(i);
    if (std::find(known_.begin(), known_.end(), *at) == known_.end()) {
      const std::string near = nearest(*at, known_);
      out_.push_back(place_of(chain, i).at(
          "there is no filter '" + *at + "'",
          near.empty() ? "declare it under 'filters'" : "did you mean '" + near + "'?"));
      return false;
    }
    if (std::find(entries.begin(), at, *at) == at) return true;
    out_.push_back(place_of(chain, i).at("filter '" + *at + "' is in this chain already",
                                         "remove one of them"));
    return false;
  }

  /// The chain that entry `i` names, or size() after reporting why it cannot be included here.
  std::size_t included(std::size_t chain, std::size_t i) {
    const std::string name = chains_[chain].filters[i].substr(include.size());
    const auto found = std::find_if(chains_.begin(), chains_.end(),
                                    [&name](const chain_part& c) { return c.id == name; });
    const auto other = static_cast<std::size_t>(found - chains_.begin());
    if (found == chains_.end()) {
      out_.push_back(place_of(chain, i).at("there is no chain '" + name + "'", suggestion(name)));
      return other;
    }
    const auto begin = std::find(way_.begin(), way_.end(), other);
    if (begin == way_.end()) return other;
    std::string way;
    for (auto at = begin; at != way_.end(); ++at) way += chains_[*at].id + " -> ";
    out_.push_back(place_of(chain, i).at("chains include each other in a cycle: " + way + name,
                                         "remove one of the includes"));
    return chains_.size();
  }

  const settings& place_of(std::size_t chain, std::size_t i) const {
    const settings* filters = chains_[chain].where.find("filters");
    return filters != nullptr && i < filters->items.size() ? filters->items[i]
                                                           : chains_[chain].where;
  }

  std::string suggestion(const std::string& name) const {
    std::vector<std::string> names;
    for (const chain_part& c : chains_) names.push_back(c.id);
    const std::string near = nearest(name, names);
    return near.empty() ? "declare it under 'chains'" : "did you mean 'chain:" + near + "'?";
  }

  const std::vector<chain_part>& chains_;
  const std::vector<std::string>& known_;
  problems& out_;
  std::vector<bool> done_;  // expanded, or on the way
  std::vector<std::vector<std::string>> plain_;
  std::vector<std::size_t> way_;  // from the chain asked for to the one being expanded
};

}  // namespace

std::vector<chain_part> expand_chains(std::vector<chain_part> chains,
                                      const std::vector<std::string>& filters, problems& out) {
  std::vector<chain_part> plain = chains;
  expansion all(chains, filters, out);
  for (std::size_t i = 0; i < chains.size(); ++i) plain[i].filters = all.filters_of(i);
  return plain;
}

}  // namespace beckon::topology
