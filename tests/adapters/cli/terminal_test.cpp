#include "adapters/cli/terminal.hpp"

#include <cstdlib>
#include <map>
#include <sstream>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "adapters/cli/table.hpp"

namespace beckon::adapters {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;
using variables = std::map<std::string, std::string>;

terminal::environment with(const variables& set) {
  return [&set](const char* name) {
    const auto at = set.find(name);
    return at == set.end() ? nullptr : at->second.c_str();
  };
}

/// A pseudo-terminal of 120 columns.
class a_terminal : public testing::Test {
 protected:
  void SetUp() override {
    controller_ = posix_openpt(O_RDWR | O_NOCTTY);
    ASSERT_GE(controller_, 0);
    ASSERT_EQ(grantpt(controller_), 0);
    ASSERT_EQ(unlockpt(controller_), 0);
    user_ = open(ptsname(controller_), O_RDWR | O_NOCTTY);
    ASSERT_GE(user_, 0);
    winsize size{};
    size.ws_col = 120;
    ASSERT_EQ(ioctl(user_, TIOCSWINSZ, &size), 0);
  }
  void TearDown() override {
    close(user_);
    close(controller_);
  }
  int controller_ = -1;
  int user_ = -1;
};

TEST_F(a_terminal, has_colour_and_its_width) {
  const variables set{{"TERM", "xterm"}};
  const terminal t = terminal::of(user_, with(set));
  EXPECT_TRUE(t.interactive);
  EXPECT_TRUE(t.colour);
  EXPECT_EQ(t.width, 120U);
}

TEST_F(a_terminal, has_no_colour_with_no_color_or_when_dumb) {
  const variables unwanted{{"NO_COLOR", "1"}};
  const variables dumb{{"TERM", "dumb"}};
  const variables empty{{"NO_COLOR", ""}};
  EXPECT_FALSE(terminal::of(user_, with(unwanted)).colour);
  EXPECT_FALSE(terminal::of(user_, with(dumb)).colour);
  EXPECT_TRUE(terminal::of(user_, with(empty)).colour);
}

TEST(a_pipe, has_no_colour_and_takes_its_width_from_columns) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const variables set{{"COLUMNS", "100"}};
  const terminal t = terminal::of(ends[1], with(set));
  EXPECT_FALSE(t.interactive);
  EXPECT_FALSE(t.colour);
  EXPECT_EQ(t.width, 100U);
  const variables none;
  EXPECT_EQ(terminal::of(ends[1], with(none)).width, 80U);
  close(ends[0]);
  close(ends[1]);
}

TEST(paint, colours_only_where_there_is_colour) {
  terminal t;
  EXPECT_EQ(t.paint(style::red, "x"), "x");
  t.colour = true;
  EXPECT_EQ(t.paint(style::red, "x"), "\x1b[31mx\x1b[0m");
  EXPECT_EQ(t.paint(style::plain, "x"), "x");
}

TEST(progress, shows_part_count_and_time_left) {
  EXPECT_EQ(progress_line("load", 25, 100, seconds(10), 80),
            "load [#########..............................] 25%  25/100  2/s  10 s, 30 s left");
  EXPECT_EQ(progress_line("load", 100, 100, seconds(10), 80),
            "load [########################################] 100%  100/100  10/s  10 s");
  EXPECT_THAT(progress_line("x", 1, 1000, seconds(10), 80), HasSubstr("2 h 46 min left"));
}

TEST(progress, counts_where_the_total_is_unknown) {
  EXPECT_EQ(progress_line("load", 1234, 0, seconds(1), 80), "load  1234  1234/s  1 s");
}

TEST(progress, never_exceeds_the_width) {
  for (std::size_t width = 1; width < 90; ++width) {
    EXPECT_LE(display_width(progress_line("载入 items", 77, 1000, seconds(9), width)), width);
  }
}

TEST(progress, is_silent_on_a_pipe) {
  std::ostringstream out;
  progress_bar bar(terminal{}, out, "load", 10, {});
  bar.update(5, {});
  bar.finish({});
  EXPECT_EQ(out.str(), "");
}

TEST(progress, redraws_at_most_ten_times_a_second) {
  std::ostringstream out;
  terminal t;
  t.interactive = true;
  progress_bar::instant now{};
  progress_bar bar(t, out, "load", 1000, now);
  for (int i = 0; i <= 1000; ++i) bar.update(static_cast<std::uint64_t>(i), now + milliseconds(i));
  bar.finish(now + seconds(1));
  const std::string text = out.str();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\r'), 12);
  EXPECT_TRUE(text.ends_with("1000/1000  1000/s  1 s\x1b[K\n"));
}

}  // namespace
}  // namespace beckon::adapters
