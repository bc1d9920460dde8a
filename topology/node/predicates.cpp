#include "topology/node/predicates.hpp"

#include "adapters/curl/http_predicate.hpp"

namespace beckon::topology {

actors::predicate_ways make_predicate_ways(const plan& p, problems& out) {
  actors::predicate_ways all;
  for (const filter_entry& f : p.filters) {
    const outreach::asking* how = f.judge->asks();
    if (how == nullptr) continue;
    auto options = adapters::read_http_predicate_options(f.options, out, f.token);
    if (!options) continue;
    options->most_in_flight = how->most_in_flight;
    all[f.id] = {adapters::make_http_predicate(*std::move(options)), *how};
  }
  return all;
}

}  // namespace beckon::topology
