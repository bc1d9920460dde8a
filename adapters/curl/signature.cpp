#include "adapters/curl/signature.hpp"

#include <array>

#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace beckon::adapters {
namespace {

constexpr std::string_view prefix = "whsec_";
constexpr std::size_t shortest_key = 24;
constexpr std::size_t longest_key = 64;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

error no_key(const std::string& why) {
  return {errc::invalid,
          "the webhook secret " + why + "; make one with: echo whsec_$(openssl rand -base64 32)"};
}

}  // namespace

result<std::string> signing_key(std::string_view secret) {
  if (secret.starts_with(prefix)) secret.remove_prefix(prefix.size());
  std::string key(secret.size() / 4 * 3, '\0');
  const std::size_t padding = secret.ends_with("==") ? 2 : secret.ends_with("=") ? 1 : 0;
  if (secret.empty() || secret.size() % 4 != 0 || secret.size() > 2 * longest_key ||
      secret.substr(0, secret.size() - padding).find('=') != std::string_view::npos ||
      EVP_DecodeBlock(reinterpret_cast<unsigned char*>(key.data()), bytes_of(secret),
                      static_cast<int>(secret.size())) != static_cast<int>(key.size())) {
    return no_key("is not base64");
  }
  key.resize(key.size() - padding);
  if (key.size() < shortest_key || key.size() > longest_key) {
    return no_key("has " + std::to_string(key.size()) + " bytes; 24 to 64 are allowed");
  }
  return key;
}

std::string signature(std::string_view key, std::string_view id, std::int64_t sent,
                      std::string_view body) {
  std::string signed_text(id);
  signed_text += '.' + std::to_string(sent) + '.';
  signed_text += body;
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes_of(signed_text),
       signed_text.size(), digest.data(), &size);
  std::array<unsigned char, 2 * EVP_MAX_MD_SIZE> base64{};
  const int length = EVP_EncodeBlock(base64.data(), digest.data(), static_cast<int>(size));
  return "v1," + std::string(base64.begin(), base64.begin() + length);
}

}  // namespace beckon::adapters
