#include "engine/language/topic.hpp"

#include <array>

namespace beckon::language {
namespace {

constexpr std::array references{
    std::string_view{},
    // Grammar
    std::string_view{"language, Grammar: names are bare or in `back-quotes`, titles in \"double\", "
                     "texts in 'single' quotes; -- starts a comment"},
    std::string_view{"language, Grammar: RULE name [\"title\"] … WHEN step {clause} … FIRE …; one "
                     "rule per file"},
    std::string_view{"language, Grammar: clauses stand in one order; only THEN, BUT NOT, WAIT and "
                     "UNLESS repeat"},
    std::string_view{"language, Grammar: FOR subject [BY attribute]"},
    std::string_view{"language, Grammar: SAME attribute {, attribute}"},
    std::string_view{"language, Grammar: ACTIVE FROM 'time' [TO 'time']"},
    std::string_view{"language, Grammar: step = events [AS alias] {quantity | WHERE expression | "
                     "WITHIN duration}"},
    std::string_view{
        "language, Grammar: AT LEAST n (TIMES [IN A ROW] | DIFFERENT attribute) or SUM "
        "attribute >= number, then [AND (AVG | MIN | MAX) attribute = number]"},
    std::string_view{"language, Grammar: BUT NOT events [WHERE expression] [FOR duration | UNTIL "
                     "time AT MOST duration | IN THE LAST duration]"},
    std::string_view{"language, Grammar: WAIT (duration | UNTIL time AT MOST duration)"},
    std::string_view{"language, Grammar: ALL WITHIN duration"},
    std::string_view{"language, Grammar: UNLESS events [WHERE expression]"},
    std::string_view{"language, Grammar: IF expression"},
    std::string_view{"language, Grammar: KEEP FIRST"},
    std::string_view{"language, Grammar: FIRE (ONCE | ONCE PER duration | ONCE PER attribute {, "
                     "attribute} [WITHIN duration] | EVERY TIME); FIRE is mandatory"},
    std::string_view{"language, Grammar: TO EACH relation"},
    std::string_view{"language, Grammar: RETURN expression [AS name] {, expression [AS name]}"},
    std::string_view{
        "language, Grammar: TEST \"title\" [STARTS 'time'] {given} [UNTIL offset] EXPECT "
        "(NOTHING | FIRE [AT offset] [FOR id] [{…}] …)"},
    std::string_view{"language, Grammar: GIVEN table {…}, or offset event [{…}]"},
    std::string_view{"language, Grammar: a duration is a whole number of ms, s, min, h, days or "
                     "weeks; \"m\" alone is refused"},
    std::string_view{"language, Expressions: SQL's operators over names, literals, functions and "
                     "CASE"},
    // Expressions
    std::string_view{"language, Expressions: a bare attribute is the event's, alias.a an earlier "
                     "step's event, user.a the profile, item.a the item table"},
    std::string_view{"language, Expressions: an attribute no listed type has is an error, one that "
                     "only some have is NULL elsewhere"},
    std::string_view{
        "language, Expressions: types are checked against the event catalogue when the "
        "rule is compiled"},
    std::string_view{"language, Expressions: NULL follows SQL's three-valued logic; a comparison "
                     "with NULL is not true"},
    std::string_view{"language, Expressions: functions, and aggregates over an aliased step's "
                     "counted entries"},
    // Meaning
    std::string_view{"language, Meaning 1: time is event time; each rule judges against its own "
                     "clock"},
    std::string_view{"language, Meaning 2: intervals are half-open"},
    std::string_view{"language, Meaning 4: quantities count what is not yet consumed"},
    std::string_view{
        "language, Meaning 5: a look-back's WHERE may not use an alias; correlate with "
        "SAME"},
    std::string_view{"language, Meaning 6: a step completes when earlier, unconsumed events fit"},
    std::string_view{"language, Meaning 8: FIRE limits are kept per rule, subject and attributes"},
    std::string_view{"language, Meaning 9: bounded by construction; every wait and window has a "
                     "bound"},
    std::string_view{
        "language, Meaning 11: IF reads the profile as it was when the completing event "
        "was judged"},
    std::string_view{"language, Meaning 12: ACTIVE is half-open, [from, to)"},
    std::string_view{
        "language, Meaning 13: a type without the SAME attribute is refused in a step"},
    // Subjects and relations
    std::string_view{"language, Subjects and relations: the catalogue says which subjects an event "
                     "concerns"},
    std::string_view{"language, Subjects and relations: the catalogue declares relations; cycles "
                     "among rules are refused"},
};
static_assert(references.size() == static_cast<std::size_t>(topic::relations) + 1);

}  // namespace

std::string_view reference_of(topic about) noexcept {
  return references[static_cast<std::size_t>(about)];
}

}  // namespace beckon::language
