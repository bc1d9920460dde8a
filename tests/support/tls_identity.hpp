// A key, a self-signed certificate for 127.0.0.1 and the OpenSSL context that serves them.
#pragma once

#include <memory>

#include <openssl/ssl.h>

#include "tests/support/http_server.hpp"

namespace beckon::tests {

class tls_identity {
 public:
  /// Throws std::runtime_error when OpenSSL fails.
  tls_identity();

  SSL_CTX* context() const noexcept { return context_.get(); }
  X509* certificate() const noexcept { return certificate_.get(); }

 private:
  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key_;
  std::unique_ptr<X509, decltype(&X509_free)> certificate_;
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
};

}  // namespace beckon::tests
