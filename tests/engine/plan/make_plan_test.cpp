#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/plan/parts.hpp"
#include "tests/engine/outreach/build_settings.hpp"

namespace beckon {
namespace {

using namespace beckon::testing;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::shared_ptr<const catalogue> events() {
  field_declaration who{"user_id", value_type::text, true};
  field_declaration amount{"amount", value_type::real, true};
  event_declaration paid{"paid", {who, amount}, {{"user", {"user_id"}}}, false};
  entity_declaration user{"user", "user_id", {{"name", value_type::text, false}}};
  auto made = catalogue::build({user}, {paid});
  EXPECT_TRUE(made.ok());
  return made ? *made : nullptr;
}

/// One rule, "big_payment", that RETURNs amount.
std::shared_ptr<const cep::rule_set> rules(const std::shared_ptr<const catalogue>& of) {
  const auto compiled = language::compile(
      "RULE big_payment\nWHEN paid AS p WHERE amount >= 10\nFIRE EVERY TIME\nRETURN p.amount AS "
      "amount\n",
      "big_payment.rule", {of, nullptr, "UTC"});
  EXPECT_THAT(said(compiled.found), IsEmpty());
  return cep::rule_set::build(of, {compiled.rule});
}

settings action(const std::string& id, const std::string& rule, const std::string& material,
                const std::string& channel, const std::string& chain = "usual",
                const std::string& priority = "0") {
  return map({{"id", text(id)},
              {"rule", text(rule)},
              {"material", text(material)},
              {"channel", text(channel)},
              {"chain", text(chain)},
              {"priority", text(priority)}});
}

/// A configuration in which every name exists; a test breaks what it is about.
struct configuration {
  std::vector<settings> actions = {action("thanks", "big_payment", "paid", "inbox")};
  std::vector<settings> filters = {map({{"id", text("calm")},
                                        {"kind", text("fatigue")},
                                        {"most", text("1")},
                                        {"within", text("7 days")}})};
  std::vector<settings> chains = {map({{"id", text("usual")}, {"filters", list({text("calm")})}})};
  std::vector<settings> materials = {map({{"id", text("paid")}, {"title", text("{{ amount }}")}})};
  std::vector<settings> channels = {map({{"id", text("inbox")}, {"kind", text("file")}})};

  plan join(problems& out) const {
    const auto section = [](const std::vector<settings>& items, const char* file) {
      return laid_out(list(items), file);
    };
    plan_parts parts;
    parts.revision = 7;
    parts.events = events();
    parts.rules = rules(parts.events);
    parts.actions = parse_actions(section(actions, "actions.yaml"), "UTC", out);
    parts.filters = parse_filters(section(filters, "filters.yaml"), {}, out);
    parts.chains = parse_chains(section(chains, "chains.yaml"), out);
    parts.materials = parse_materials(section(materials, "materials.yaml"), out);
    parts.channels = parse_channels(section(channels, "channels.yaml"), {"file"}, out);
    EXPECT_THAT(said(out), IsEmpty());
    return make_plan(std::move(parts), out);
  }
};

TEST(make_plan, joins_the_parts) {
  problems out;
  const plan p = configuration().join(out);
  EXPECT_THAT(said(out), IsEmpty());
  EXPECT_EQ(p.revision, 7u);
  ASSERT_THAT(p.actions, SizeIs(1));
  EXPECT_NE(p.actions[0].content, nullptr);
  EXPECT_THAT(p.actions_of_rule.at("big_payment"), ElementsAre(0));
  EXPECT_THAT(p.chains[p.chain_by_id.at("usual")].filters, ElementsAre(0));
  EXPECT_EQ(p.filters[0].id, "calm");
  ASSERT_NE(find_channel(p, "inbox"), nullptr);
  EXPECT_EQ(find_channel(p, "outbox"), nullptr);
}

TEST(make_plan, orders_actions_by_priority_then_id) {
  configuration c;
  c.actions = {action("b", "big_payment", "paid", "inbox"),
               action("c", "big_payment", "paid", "inbox", "usual", "5"),
               action("a", "big_payment", "paid", "inbox")};
  problems out;
  const plan p = c.join(out);
  std::vector<std::string> ids;
  for (const std::size_t i : p.actions_of_rule.at("big_payment")) ids.push_back(p.actions[i].id);
  EXPECT_THAT(ids, ElementsAre("c", "a", "b"));
}

TEST(make_plan, keeps_ledgers_a_day_longer_than_any_filter_looks) {
  problems out;
  configuration c;
  EXPECT_EQ(c.join(out).ledger_keeps, std::chrono::hours(24 * 8));
  c.filters.clear();
  c.chains = {map({{"id", text("usual")}, {"filters", list({})}})};
  EXPECT_EQ(c.join(out).ledger_keeps, std::chrono::hours(24));
}

TEST(make_plan, reports_names_that_do_not_exist_where_they_stand) {
  configuration c;
  c.actions = {action("thanks", "big_payments", "payed", "inbx", "usuall")};
  c.chains = {
      map({{"id", text("usual")}, {"filters", list({text("calm"), text("clam"), text("calm")})}})};
  problems out;
  c.join(out);
  EXPECT_THAT(
      said(out),
      ElementsAre("2:9: there is no rule 'big_payments'", "5:10: there is no chain 'usuall'",
                  "4:12: there is no channel 'inbx'", "3:13: there is no material 'payed'",
                  "4:7: there is no filter 'clam'", "5:7: filter 'calm' is in this chain already"));
  EXPECT_EQ(out[0].hint, "did you mean 'big_payment'?");
  EXPECT_EQ(out[0].file, "actions.yaml");
  EXPECT_EQ(out[4].file, "chains.yaml");
}

TEST(make_plan, reports_ids_used_twice_and_where_the_first_is) {
  configuration c;
  for (auto* section : {&c.actions, &c.filters, &c.chains, &c.materials, &c.channels}) {
    section->push_back(section->front());
  }
  problems out;
  c.join(out);
  EXPECT_THAT(
      said(out),
      ElementsAre("7:7: there are two actions 'thanks'", "5:7: there are two filters 'calm'",
                  "4:7: there are two chains 'usual'", "3:7: there are two materials 'paid'",
                  "3:7: there are two channels 'inbox'"));
  EXPECT_EQ(out[0].hint, "the first is at actions.yaml:1");
}

TEST(make_plan, reports_returned_values_the_rule_does_not_give_in_the_materials_text) {
  configuration c;
  c.materials = {
      map({{"id", text("paid")}, {"title", text("You paid {{ amout }} {{ n | default: 1 }}")}})};
  problems out;
  c.join(out);
  EXPECT_THAT(said(out),
              ElementsAre("2:22: rule 'big_payment' does not RETURN 'amout', which action 'thanks' "
                          "sends with this material"));
  EXPECT_EQ(out[0].hint, "did you mean 'amount'?");
  EXPECT_EQ(out[0].file, "materials.yaml");
}

TEST(make_plan, warns_of_profile_fields_the_catalogue_does_not_declare_once) {
  configuration c;
  c.actions.push_back(action("again", "big_payment", "paid", "inbox"));
  c.materials = {
      map({{"id", text("paid")},
           {"title", text("{{ user.nmae }} {{ user.name }} {{ user.age | default: 1 }}")}})};
  problems out;
  c.join(out);
  EXPECT_THAT(said(out),
              ElementsAre("2:13: warning: the catalogue declares no field 'nmae' of 'user'"));
  EXPECT_FALSE(has_errors(out));
}

}  // namespace
}  // namespace beckon
