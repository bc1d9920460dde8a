#include "engine/outreach/material.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/outreach/build_settings.hpp"

namespace beckon::outreach {
namespace {

using beckon::testing::laid_out;
using beckon::testing::list;
using beckon::testing::map;
using beckon::testing::quoted;
using beckon::testing::said;
using beckon::testing::text;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::shared_ptr<const material> compile(settings node, problems& out) {
  return material::compile("pay", laid_out(std::move(node)), out);
}

std::shared_ptr<const material> compile_right(settings node) {
  problems out;
  auto made = compile(std::move(node), out);
  EXPECT_THAT(said(out), IsEmpty());
  return made;
}

request a_request() {
  request what;
  what.occurrence = hash128{1, 2};
  what.who = {"user", "u\"1"};
  what.rule = "pay_reminder";
  what.rule_version = "0a1b2c3d";
  what.fired = from_ms(1'700'000'000'000);
  what.returns = {{"order_id", "o\n7"}, {"amount", 20.5}};
  return what;
}

facts known_name(value name) {
  return {{{"name", std::move(name)}}, {}};
}

std::string rendered_body(const material& m, const facts& known) {
  const auto out = m.render(a_request(), "push", hash128{3, 4}, known);
  return out ? out->body : "error: " + out.error().to_string();
}

TEST(material, renders_a_json_object) {
  const auto m = compile_right(map({
      {"id", text("pay")},
      {"title", quoted("Hello {{ user.name | default: 'you' }}")},
      {"body", text("{{ order_id }}: {{ amount }} of {{ subject.id }} {{ rule }} {{ action }} {{ "
                    "fired_at }}")},
      {"data", map({{"page", text("orders")}, {"tags", list({text("a"), text("{{ amount }}")})}})},
  }));
  const auto out = m->render(a_request(), "push", hash128{3, 4}, known_name("Zoë\xFF"));
  ASSERT_TRUE(out.ok());
  EXPECT_EQ(out->content_type, "application/json");
  EXPECT_EQ(
      out->body,
      R"({"delivery_id":"00000000000000030000000000000004","occurrence":"00000000000000010000000000000002",)"
      R"("rule":"pay_reminder","rule_version":"0a1b2c3d","action":"push","subject":{"kind":"user","id":"u\"1"},)"
      R"("fired_at":"2023-11-14T22:13:20.000Z","material":"pay","material_version":")" +
          m->version() +
          R"(","content":{"title":"Hello Zoë)"
          "\xEF\xBF\xBD"
          R"(","body":"o\n7: 20.5 of u\"1 pay_reminder push )"
          R"(2023-11-14T22:13:20.000Z","data":{"page":"orders","tags":["a","20.5"]}}})");
}

TEST(material, a_missing_value_refuses_the_send) {
  const auto m = compile_right(map({{"title", text("{{ user.name }}")}}));
  EXPECT_EQ(rendered_body(*m, {}),
            "error: material 'pay': variable 'user.name' has no value and no default");
  EXPECT_EQ(rendered_body(*m, known_name(value())),
            "error: material 'pay': variable 'user.name' has no value and no default");
  EXPECT_THAT(rendered_body(*m, known_name("Bo")), HasSubstr(R"("title":"Bo")"));
}

TEST(material, a_body_over_the_limit_refuses_the_send) {
  const auto m = compile_right(map({{"title", text("{{ user.name }}{{ user.name }}")}}));
  EXPECT_THAT(rendered_body(*m, known_name(std::string(30'000, 'x'))), HasSubstr("xxx"));
  EXPECT_EQ(rendered_body(*m, known_name(std::string(33'000, 'x'))),
            "error: material 'pay': longer than 65536 bytes");
  EXPECT_EQ(rendered_body(*m, known_name(std::string(12'000, '\1'))),
            "error: material 'pay': longer than 65536 bytes");
}

TEST(material, the_version_follows_the_content_only) {
  const auto of = [](settings node) { return compile_right(std::move(node))->version(); };
  const auto version = of(map({{"id", text("pay")}, {"title", text("a")}}));
  EXPECT_EQ(version.size(), 8u);
  EXPECT_EQ(version, of(map({{"title", quoted("a")}})));
  EXPECT_NE(version, of(map({{"title", text("b")}})));
  EXPECT_NE(version, of(map({{"body", text("a")}})));
  EXPECT_NE(version, of(map({{"title", list({text("a")})}})));
}

TEST(material, names_what_it_needs) {
  const auto m = compile_right(map({
      {"title", text("{{ order_id }} {{ rule }} {{ user.name }} {{ user.city | default: '-' }}")},
      {"body", quoted("{{ amount | default: 0 }} {{ order_id }} {{ price }} {{ '{{' }}")},
  }));
  const auto returns = m->required_returns();
  ASSERT_EQ(returns.size(), 2u);
  EXPECT_EQ(returns[0].first, "order_id");
  EXPECT_EQ(said({returns[0].second, returns[1].second}),
            (std::vector<std::string>{"1:11: variable 'order_id' may have no value",
                                      "2:52: variable 'price' may have no value"}));
  EXPECT_EQ(returns[1].second.hint, "write {{ price | default: \"…\" }}");
  const auto fields = m->required_profile_fields();
  ASSERT_EQ(fields.size(), 1u);
  EXPECT_EQ(fields[0].first, "name");
}

TEST(material, reports_every_fault_with_its_place) {
  problems out;
  EXPECT_EQ(compile(map({
                        {"title", quoted("Hi {{ name | upcas }}")},
                        {"body", text("{{ a }} {{ b")},
                        {"data", map({{"x", settings{}}, {"y", text("}}")}})},
                    }),
                    out),
            nullptr);
  EXPECT_THAT(said(out), ElementsAre("1:22: there is no filter 'upcas'", "2:15: '{{' without '}}'",
                                     "4:6: this field has no text", "5:6: '}}' without '{{'"));
  EXPECT_EQ(out[0].file, "test.yaml");
}

TEST(material, in_a_text_of_several_lines_the_message_counts_them) {
  problems out;
  EXPECT_EQ(compile(map({{"body", text("one\ntwo {{ }}\n")}}), out), nullptr);
  EXPECT_THAT(said(out),
              ElementsAre("1:7: '{{ }}' names no variable (line 2, column 8 of the text)"));
}

TEST(material, refuses_dotted_names_that_mean_nothing) {
  problems out;
  EXPECT_EQ(compile(map({{"a", text("{{ subject.age }}")}, {"b", text("{{ user.a.b }}")}}), out),
            nullptr);
  EXPECT_THAT(said(out), ElementsAre("1:7: there is no variable 'subject.age'",
                                     "2:7: there is no variable 'user.a.b'"));
}

TEST(material, nests_four_deep_and_no_deeper) {
  const auto nested = [](int depth) {
    settings node = text("x");
    for (int i = 0; i < depth; ++i) node = map({{"k", std::move(node)}});
    return node;
  };
  EXPECT_NE(compile_right(nested(4)), nullptr);
  problems out;
  EXPECT_EQ(compile(nested(5), out), nullptr);
  EXPECT_THAT(said(out), ElementsAre(HasSubstr("nest at most 4 deep")));
}

TEST(material, needs_a_text) {
  problems out;
  EXPECT_EQ(compile(map({{"id", text("pay")}}), out), nullptr);
  EXPECT_EQ(compile(text("pay"), out), nullptr);
  EXPECT_THAT(said(out), ElementsAre(HasSubstr("at least one text"), HasSubstr("must be a map")));
}

}  // namespace
}  // namespace beckon::outreach
