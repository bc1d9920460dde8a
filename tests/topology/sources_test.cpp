#include "topology/validate/sources.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/yaml/yaml.hpp"
#include "topology/parse/deployment.hpp"

namespace beckon::topology {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> validate(const std::string& text) {
  problems found;
  const settings root = adapters::load_yaml(text, "beckon.yaml", found);
  const secret_source outside{
      [](const std::string&) -> result<std::string> { return std::string("s"); },
      [](const std::string&) { return std::optional<std::string>("s"); }};
  const deployment d = parse_deployment(root, "x", outside, found);
  validate_sources(d, root, found);
  std::vector<std::string> out;
  for (const problem& p : found)
    out.push_back(std::to_string(p.line) + " " + p.message + " | " + p.hint);
  return out;
}

TEST(validate_sources, accepts_what_fits) {
  EXPECT_THAT(validate(R"(
http: {keys: [{id: k, secret_env: S, source: web}]}
sources:
  - {id: web, kind: http}
  - {id: a, kind: nats, subject: shop.orders.*}
  - {id: b, kind: nats, subject: shop.views.>}
)"),
              IsEmpty());
}

TEST(validate_sources, wants_keys_to_fit_an_http_source) {
  EXPECT_THAT(validate("sources: [{id: web, kind: http}]\nhttp: {keys: [{id: k, secret_env: S, "
                       "source: wep}]}\n"),
              ElementsAre(HasSubstr("2 there is no http source 'wep' | did you mean 'web'")));
}

TEST(validate_sources, wants_each_subject_captured_once) {
  EXPECT_THAT(validate(R"(sources:
  - {id: a, kind: nats, subject: shop.>}
  - {id: b, kind: nats, subject: shop.*.paid}
)"),
              ElementsAre(HasSubstr("3 sources 'a' and 'b' capture the same subjects")));
}

TEST(validate_sources, keeps_away_from_the_queues_of_what_rules_tell) {
  EXPECT_THAT(validate("sources:\n  - {id: derived, kind: http}\n"),
              ElementsAre(HasSubstr("2 'derived' is the source of what TO EACH rules tell")));
}

TEST(validate_sources, keeps_away_from_its_own_subjects) {
  EXPECT_THAT(validate("sources: [{id: a, kind: nats, subject: '*.ev.>'}]\n"),
              ElementsAre(HasSubstr("captures Beckon's own subjects (beckon.>)")));
}

}  // namespace
}  // namespace beckon::topology
