#include "tests/bench/publisher.hpp"

#include <chrono>
#include <csignal>
#include <cstdio>
#include <sstream>
#include <utility>

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "adapters/nats/nats_bus.hpp"
#include "tests/bench/figure.hpp"
#include "tests/bench/processor_time.hpp"

namespace beckon::bench {
namespace {

std::string read_all(int from) {
  std::string all;
  char piece[512];
  for (ssize_t n = 0; (n = read(from, piece, sizeof piece)) > 0;)
    all.append(piece, static_cast<std::size_t>(n));
  return all;
}

void write_all(int to, const std::string& text) {
  if (write(to, text.data(), text.size()) != static_cast<ssize_t>(text.size()))
    die("the publisher is gone");
}

std::string publish(const shop& of, const shop_size& size, std::uint64_t events,
                    envelope_size envelopes, bool live, const std::string& where) {
  adapters::nats_options o;
  std::istringstream(where) >> o.url >> o.token;
  auto bus = adapters::nats_bus::connect(o);
  if (!bus) die(bus.error().to_string());
  const auto& c = of.configured();
  filler fill(**bus, c, envelopes);
  auto stream = live ? event_stream::live(*c.plan->events, size)
                     : event_stream::recorded(*c.plan->events, size, events);
  const auto begun = std::chrono::steady_clock::now();
  for (std::uint64_t n = 0; n < events; ++n) fill.add(stream.next());
  fill.finish();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  std::ostringstream said;
  said << fill.envelopes() << ' ' << fill.bytes() << ' ' << took.count();
  return said.str();
}

}  // namespace

publisher::publisher(const shop& of, const shop_size& size, std::uint64_t events,
                     envelope_size envelopes, bool live) {
  int there[2], back[2];
  if (pipe(there) != 0 || pipe(back) != 0) die("no pipe");
  child_ = fork();
  if (child_ < 0) die("no process for the publisher");
  if (child_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    close(there[1]);
    close(back[0]);
    write_all(back[1], publish(of, size, events, envelopes, live, read_all(there[0])));
    _exit(0);
  }
  close(there[0]);
  close(back[1]);
  to_ = there[1];
  from_ = back[0];
}

publisher::~publisher() {
  if (to_ >= 0) close(to_);
  close(from_);
  if (child_ < 0) return;
  kill(child_, SIGKILL);
  waitpid(child_, nullptr, 0);
}

void publisher::begin(const std::string& url, const std::string& token) {
  write_all(to_, url + " " + token);
  close(std::exchange(to_, -1));
}

published publisher::wait() {
  published p;
  std::istringstream(read_all(from_)) >> p.envelopes >> p.bytes >> p.seconds;
  int status = 0;
  rusage used{};
  wait4(std::exchange(child_, -1), &status, 0, &used);
  if (status != 0 || p.envelopes == 0) die("the publisher failed");
  p.processor = seconds_of(used);
  return p;
}

}  // namespace beckon::bench
