// What Swift needs of the system's OpenSSL, 3.0 or later.
//
// Swift does not see macros that take arguments, nor functions with a variable number of them. Each of those that
// SecureSockets needs is a function here, and nothing else is.
#pragma once

// Whatever OpenSSL has deprecated by 3.0 is not even declared.
#define OPENSSL_API_COMPAT 30000
#define OPENSSL_NO_DEPRECATED

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

// BIO: how OpenSSL reads and writes.

static inline void copenssl_bio_retry_read(BIO *bio) { BIO_set_retry_read(bio); }
static inline void copenssl_bio_retry_write(BIO *bio) { BIO_set_retry_write(bio); }
static inline void copenssl_bio_clear_retry(BIO *bio) { BIO_clear_retry_flags(bio); }
static inline void copenssl_bio_end_is_retry(BIO *bio, int is_retry) { BIO_set_mem_eof_return(bio, is_retry ? -1 : 0); }
static inline long copenssl_bio_memory(BIO *bio, char **bytes) { return BIO_get_mem_data(bio, bytes); }

// SSL_CTX and SSL: settings.

static inline int copenssl_set_versions(SSL_CTX *context, int lowest, int highest) {
    return SSL_CTX_set_min_proto_version(context, lowest) && SSL_CTX_set_max_proto_version(context, highest);
}
/// No compression (CRIME, CVE-2012-4929), no second handshake on a connection (RFC 9325, 3.5), the server's order of ciphers.
static inline void copenssl_harden(SSL_CTX *context) {
    (void)SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
}
static inline void copenssl_set_mode(SSL_CTX *context, long mode) { (void)SSL_CTX_set_mode(context, mode); }
static inline void copenssl_set_read_ahead(SSL_CTX *context, int on) { (void)SSL_CTX_set_read_ahead(context, on); }
static inline void copenssl_set_session_cache(SSL_CTX *context, long mode) { (void)SSL_CTX_set_session_cache_mode(context, mode); }
static inline int copenssl_set_groups(SSL_CTX *context, const char *list) { return SSL_CTX_set1_groups_list(context, list); }
/// Takes a reference of its own to the certificate.
static inline int copenssl_add_chain_certificate(SSL_CTX *context, X509 *certificate) {
    return SSL_CTX_add1_chain_cert(context, certificate);
}
static inline int copenssl_set_server_name(SSL *ssl, const char *name) { return SSL_set_tlsext_host_name(ssl, name); }

// Keys and certificates.

static inline EVP_PKEY *copenssl_new_key(const char *curve) { return EVP_EC_gen(curve); }
/// An extension in the notation of x509v3_config(5).
static inline X509_EXTENSION *copenssl_extension(X509 *issuer, X509 *subject, int nid, const char *value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, subject, NULL, NULL, 0);
    X509V3_set_ctx_nodb(&context);
    return X509V3_EXT_nconf_nid(NULL, &context, nid, value);
}
