#include "tests/support/tls_identity.hpp"

#include <stdexcept>

#include <openssl/pem.h>
#include <openssl/x509v3.h>

namespace beckon::tests {
namespace {

constexpr long one_hour_s = 3600;

void must(bool good) {
  if (!good) throw std::runtime_error("OpenSSL failed while a test made a certificate");
}

void add_address(X509* certificate) {
  X509_EXTENSION* extension =
      X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "IP:127.0.0.1");
  must(extension != nullptr && X509_add_ext(certificate, extension, -1) == 1);
  X509_EXTENSION_free(extension);
}

}  // namespace

tls_identity::tls_identity()
    : key_(EVP_EC_gen("P-256"), &EVP_PKEY_free),
      certificate_(X509_new(), &X509_free),
      context_(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free) {
  must(key_ && certificate_ && context_);
  X509* certificate = certificate_.get();
  must(X509_set_version(certificate, 2) == 1);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -one_hour_s);
  X509_gmtime_adj(X509_getm_notAfter(certificate), one_hour_s);
  X509_NAME* name = X509_get_subject_name(certificate);
  const auto* host = reinterpret_cast<const unsigned char*>("127.0.0.1");
  must(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, host, -1, -1, 0) == 1);
  must(X509_set_issuer_name(certificate, name) == 1);
  add_address(certificate);
  must(X509_set_pubkey(certificate, key_.get()) == 1);
  must(X509_sign(certificate, key_.get(), EVP_sha256()) != 0);
  must(SSL_CTX_use_certificate(context_.get(), certificate) == 1);
  must(SSL_CTX_use_PrivateKey(context_.get(), key_.get()) == 1);
}

std::shared_ptr<tls_identity> make_tls_identity() {
  return std::make_shared<tls_identity>();
}

std::string certificate_of(const tls_identity& identity) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> memory(BIO_new(BIO_s_mem()), &BIO_free);
  must(memory && PEM_write_bio_X509(memory.get(), identity.certificate()) == 1);
  char* text = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

}  // namespace beckon::tests
