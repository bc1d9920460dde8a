// fuzz_seeds DIR: writes what the fuzzer begins with that is made by the program itself: packed
// states, and events as doors encode them. Into DIR/state and DIR/event.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>

#include "engine/cep/step.hpp"
#include "messages/codec/envelope.hpp"
#include "messages/codec/event_codec.hpp"
#include "tests/fuzz/ground.hpp"

namespace {

using namespace beckon;

void write(const std::filesystem::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

std::string random_bytes(std::mt19937& random, std::size_t count) {
  std::string out(count, '\0');
  for (char& c : out) c = static_cast<char>(random());
  return out;
}

/// A state after some events; behind it the bytes of more.
std::string packed_state(std::mt19937& random) {
  cep::subject_state state;
  const subject who{"user", "u"};
  const field_list profile;
  std::vector<cep::match> matches;
  const cep::judging j{*fuzz::rules(), who, &profile, "UTC", matches, nullptr, nullptr};
  timestamp now = from_ms(1704067200000);
  for (unsigned left = random() % 40; left > 0; --left) {
    const std::string bytes = random_bytes(random, 80);
    event e = fuzz::byte_reader(bytes).any_event();
    now += duration{random() % 400'000};
    e.time = e.arrival = now;
    cep::judge(j, state, e, {"user_id"}, now);
  }
  return state.encode() + random_bytes(random, 64);
}

}  // namespace

int main(int count, char** words) {
  if (count != 2) {
    std::fputs("usage: fuzz_seeds DIR\n", stderr);
    return 64;
  }
  const std::filesystem::path directory = words[1];
  std::filesystem::create_directories(directory / "state");
  std::filesystem::create_directories(directory / "event");
  std::mt19937 random(1);
  for (int i = 0; i < 40; ++i) {
    const std::string name = "made_" + std::to_string(i);
    write(directory / "state" / name, packed_state(random));
    const std::string bytes = random_bytes(random, 80);
    const event e = fuzz::byte_reader(bytes).any_event();
    const std::string body = codec::encode_entry_body({}, e, *fuzz::ground().events);
    write(directory / "event" / name, i % 2 == 0
                                          ? codec::encode_event(e, *fuzz::ground().events)
                                          : codec::encode_entry(7, body, from_ms(1704067200000)));
  }
  return 0;
}
