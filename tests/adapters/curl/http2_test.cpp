// HTTP/2 where it is offered: questions to a server of Node's, which speaks it by TLS.
#include <array>
#include <cstdlib>
#include <fstream>
#include <future>
#include <vector>

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "adapters/curl/http_predicate.hpp"
#include "messages/codec/json.hpp"
#include "tests/support/http_server.hpp"
#include "tests/support/temporary_directory.hpp"
#include "tests/support/tls_identity.hpp"

namespace beckon::tests {
namespace {

/// Answers every POST, once so many have come, with the version it came by and the number of
/// connections so far; says its port; ends with its standard input.
constexpr const char* script = R"(
const http2 = require('http2'), fs = require('fs');
const [key, cert, together] = process.argv.slice(1);
let connections = 0, waiting = [];
const server = http2.createSecureServer({key: fs.readFileSync(key), cert: fs.readFileSync(cert), allowHTTP1: true});
server.on('secureConnection', () => ++connections);
server.on('request', (request, response) => {
  request.resume();
  request.on('end', () => {
    waiting.push([request, response]);
    if (waiting.length < Number(together)) return;
    for (const [q, r] of waiting) r.end(JSON.stringify({pass: true, version: q.httpVersion, connections}));
    waiting = [];
  });
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
process.stdin.on('end', () => process.exit(0)).resume();
)";

class node_server {
 public:
  explicit node_server(int together) {
    const auto identity = make_tls_identity();
    std::ofstream(certificate()) << certificate_of(*identity);
    FILE* key = fopen(directory_.file("key.pem").c_str(), "w");
    PEM_write_PrivateKey(key, SSL_CTX_get0_privatekey(identity->context()), nullptr, nullptr, 0,
                         nullptr, nullptr);
    fclose(key);
    start(std::to_string(together));
  }
  ~node_server() {
    close(to_);
    close(from_);
    waitpid(child_, nullptr, 0);
  }

  std::string certificate() const { return directory_.file("certificate.pem"); }
  std::string url() const { return "https://127.0.0.1:" + port_ + "/"; }

 private:
  void start(const std::string& together) {
    std::array<int, 2> in{};
    std::array<int, 2> out{};
    if (pipe(in.data()) != 0 || pipe(out.data()) != 0) return;
    child_ = fork();
    if (child_ == 0) {
      dup2(in[0], 0);
      dup2(out[1], 1);
      for (const int fd : {in[0], in[1], out[0], out[1]}) close(fd);
      execlp("node", "node", "-e", script, directory_.file("key.pem").c_str(),
             certificate().c_str(), together.c_str(), nullptr);
      _exit(127);
    }
    close(in[0]);
    close(out[1]);
    to_ = in[1];
    from_ = out[0];
    for (char c = 0; read(from_, &c, 1) == 1 && c != '\n';) port_ += c;
  }

  temporary_directory directory_;
  pid_t child_ = -1;
  int to_ = -1;
  int from_ = -1;
  std::string port_;
};

/// What so many questions at once are told.
std::vector<field_list> told(const node_server& server, int questions, bool http2) {
  adapters::http_predicate_options options;
  options.url = server.url();
  options.allow_private = true;
  options.ca_file = server.certificate();
  options.connect_timeout = duration{20'000};
  options.http2 = http2;
  const auto whom = adapters::make_http_predicate(options);
  std::vector<std::promise<port::predicate_reply>> replies(static_cast<std::size_t>(questions));
  for (auto& one : replies)
    whom->ask({"{}", duration{20'000}},
              [&one](port::predicate_reply r) { one.set_value(std::move(r)); });
  std::vector<field_list> all;
  codec::json_reader reader;
  for (auto& one : replies) {
    const auto reply = one.get_future().get();
    const auto body = reader.read_object(reply.body);
    EXPECT_TRUE(body.ok()) << reply.detail;
    all.push_back(body ? *body : field_list{});
  }
  return all;
}

TEST(http2, carries_many_questions_at_once_over_one_connection) {
  const node_server server(20);
  for (const auto& answer : told(server, 20, true)) {
    EXPECT_EQ(find_field(answer, "version")->as_text()->substr(0, 1), "2");
    EXPECT_EQ(*find_field(answer, "connections"), value(1));
  }
}

TEST(http2, is_not_spoken_where_it_is_switched_off) {
  const node_server server(1);
  for (const auto& answer : told(server, 1, false))
    EXPECT_EQ(*find_field(answer, "version"), value("1.1"));
}

}  // namespace
}  // namespace beckon::tests
