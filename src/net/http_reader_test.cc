#include "net/http_reader.h"

#include <algorithm>
#include <tuple>

#include <gtest/gtest.h>

namespace net {
namespace {

using Step = HttpReader::Step;

// Gives the bytes to a reader in pieces and collects what comes out.
struct Read {
  std::vector<HttpRequest> requests = {};
  std::vector<bool> kept = {};
  int continues = 0;
  std::optional<ProtocolError> refused = {};
  bool mid_request = false;
};

Read read(std::string_view bytes, std::size_t piece = 1 << 20, HttpServerConfig config = {}) {
  HttpReader reader(config);
  Read out;
  for (;;) {
    const Step step = reader.next();
    if (step == Step::ready) {
      out.requests.push_back(reader.take());
      out.kept.push_back(reader.keep_alive());
    } else if (step == Step::expects_continue) {
      ++out.continues;
    } else if (step == Step::refused) {
      out.refused = reader.error();
      return out;
    } else if (bytes.empty()) {
      out.mid_request = reader.mid_request();
      return out;
    } else {
      const auto room = reader.room();
      const std::size_t n = std::min({piece, room.size(), bytes.size()});
      std::copy_n(bytes.data(), n, room.data());
      reader.came(n);
      bytes.remove_prefix(n);
    }
  }
}

std::optional<ProtocolError> refusal(std::string_view bytes, HttpServerConfig config = {}) {
  return read(bytes, 1 << 20, config).refused;
}

std::string post(std::string_view headers, std::string_view body) {
  return "POST /a HTTP/1.1\r\nHost: x\r\n" + std::string(headers) + "\r\n" + std::string(body);
}

TEST(HttpReader, ReadsARequestHoweverItIsCutIntoPieces) {
  const std::string bytes =
      post("Content-Length: 5\r\nX-A: 1\r\nx-a: 2\r\n", "hello") + "GET /b HTTP/1.1\r\nHost: x\r\n\r\n";
  for (const std::size_t piece : {1U, 2U, 7U, 64U, 4096U}) {
    const Read out = read(bytes, piece);
    ASSERT_EQ(out.requests.size(), 2U) << piece;
    EXPECT_EQ(out.requests[0].method, "POST");
    EXPECT_EQ(out.requests[0].target, "/a");
    EXPECT_EQ(out.requests[0].body, "hello");
    EXPECT_EQ(out.requests[0].headers.find("X-a"), "1, 2");  // as Node joins them
    EXPECT_EQ(out.requests[1].target, "/b");
    EXPECT_EQ(out.requests[1].body, "");
    EXPECT_EQ(out.kept, (std::vector{true, true}));
    EXPECT_FALSE(out.refused);
    EXPECT_FALSE(out.mid_request);
  }
}

TEST(HttpReader, ReadsAChunkedBodyWithItsExtensionsAndTrailers) {
  const std::string bytes =
      post("Transfer-Encoding: chunked\r\n", "5;a=b\r\nhello\r\n6\r\n world\r\n0\r\nX-Trailer: 1\r\n\r\n");
  for (const std::size_t piece : {1U, 3U, 4096U}) {
    const Read out = read(bytes, piece);
    ASSERT_EQ(out.requests.size(), 1U);
    EXPECT_EQ(out.requests[0].body, "hello world");
  }
}

TEST(HttpReader, RefusesBadChunks) {
  for (const char* body : {"x\r\nhello\r\n0\r\n\r\n", "5\r\nhelloX\r\n0\r\n\r\n", "-5\r\nhello\r\n0\r\n\r\n",
                           "fffffffffffffffff\r\nhello\r\n0\r\n\r\n", "5 \"\r\nhello\r\n0\r\n\r\n"})
    EXPECT_TRUE(refusal(post("Transfer-Encoding: chunked\r\n", body))) << body;
}

// Mutant: no check that the buffer is full. Beast has no limit here and would let one line grow without end.
TEST(HttpReader, RefusesAChunkLineOrTrailersThatDoNotEnd) {
  const std::string flood(1 << 20, 'a');
  EXPECT_EQ(refusal(post("Transfer-Encoding: chunked\r\n", "5;" + flood)), ProtocolError::headers_too_large);
  EXPECT_EQ(refusal(post("Transfer-Encoding: chunked\r\n", "0\r\nX: " + flood)), ProtocolError::headers_too_large);
}

std::string fields(std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += std::to_string(i) + ":\r\n";
  return out;
}

// Mutant: no limit but the bytes of the head, which hold 2600 fields.
TEST(HttpReader, BoundsTheFieldsOfAHead) {
  for (const std::size_t piece : {7U, 4096U}) {
    const Read most = read(post(fields(199), ""), piece);  // and Host
    ASSERT_EQ(most.requests.size(), 1U);
    EXPECT_EQ(most.requests[0].headers.find("198"), "");
    for (const std::size_t more : {200U, 2100U})
      EXPECT_EQ(read(post(fields(more), ""), piece).refused, ProtocolError::headers_too_large);
  }
}

// Trailers come after the head was judged.
TEST(HttpReader, JoinsTrailersToo) {
  const Read out = read(post("Transfer-Encoding: chunked\r\n5: a\r\n", "0\r\n" + fields(2000) + "\r\n"));
  ASSERT_EQ(out.requests.size(), 1U);
  EXPECT_EQ(out.requests[0].headers.find("5"), "a, ");
  EXPECT_EQ(out.requests[0].headers.find("1999"), "");
}

// Mutant: each line bounded alone. A byte of body may then cost a line of extensions.
TEST(HttpReader, BoundsTheExtensionsOfAllChunksTogether) {
  const auto body = [](std::size_t chunks, std::size_t each) {
    std::string out;
    for (std::size_t i = 0; i < chunks; ++i) out += "1;" + std::string(each, 'a') + "\r\nx\r\n";
    return post("Transfer-Encoding: chunked\r\n", out + "0\r\n\r\n");
  };
  EXPECT_FALSE(refusal(body(1, 1000)));
  EXPECT_EQ(refusal(body(1, 5000)), ProtocolError::headers_too_large);
  EXPECT_EQ(refusal(body(50, 100)), ProtocolError::headers_too_large);
  EXPECT_FALSE(refusal(body(3, 1000) + body(3, 1000)));  // of one request
}

TEST(HttpReader, RefusesLinesThatGoOnInTheNext) {
  for (const char* headers : {"Transfer-Encoding:\r\n chunked\r\n", "Transfer-Encoding: chunked\r\n \r\n",
                              "X-A: 1\r\n\t2\r\nTransfer-Encoding: chunked\r\n"})
    for (const std::size_t piece : {1U, 4096U})
      EXPECT_EQ(read(post(headers, "0\r\n\r\n"), piece).refused, ProtocolError::malformed) << headers;
}

// Mutants: Host left as it was sent; credentials before the host let through; https taken, which nobody sent to here.
TEST(HttpReader, TakesATargetInAbsoluteFormAndItsHost) {
  const auto target = [](std::string_view form) {
    return read("GET " + std::string(form) + " HTTP/1.1\r\nX-A: 1\r\nHost: other\r\nX-B: 2\r\n\r\n");
  };
  for (const auto& [form, host, path] : std::vector<std::tuple<std::string, std::string, std::string>>{
           {"http://localhost:3000/healthz?a=http://b", "localhost:3000", "/healthz?a=http://b"},
           {"HTTP://[::1]:3000/v1", "[::1]:3000", "/v1"},
           {"http://a", "a", "/"},
           {"http://a?b", "a", "/?b"},
           {"/see?http://a/b", "other", "/see?http://a/b"}}) {
    const Read out = target(form);
    ASSERT_EQ(out.requests.size(), 1U) << form;
    EXPECT_EQ(out.requests[0].headers.find("host"), host) << form;
    EXPECT_EQ(out.requests[0].target, path);
  }
  for (const char* form :
       {"https://a", "HTTPS://localhost:3000/healthz", "ftp://a/b", "http:///b", "http://u@a/b", "http://?b", "://a/b"})
    EXPECT_EQ(target(form).refused, ProtocolError::malformed) << form;
  EXPECT_EQ(refusal("GET http://a/b HTTP/1.1\r\n\r\n"), ProtocolError::missing_host);
}

TEST(HttpReader, RefusesTwoWaysToTellTheLength) {
  const std::string chunks = "0\r\n\r\n";
  for (const char* headers :
       {"Content-Length: 4\r\nContent-Length: 5\r\n", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "Content-Length: -1\r\n", "Content-Length: 1e3\r\n",
        "Content-Length: \r\n", "Transfer-Encoding: gzip\r\n", "Transfer-Encoding: chunked, gzip\r\n",
        "Transfer-Encoding: gzip, chunked\r\n", "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked, chunked\r\n", "Transfer-Encoding: chunked;a=b\r\n"})
    EXPECT_EQ(refusal(post(headers, chunks)), ProtocolError::malformed) << headers;
  // HTTP/1.0 knows no Transfer-Encoding (RFC 9112 §6.1).
  EXPECT_EQ(refusal("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), ProtocolError::malformed);
}

TEST(HttpReader, RefusesWhatIsNoRequest) {
  for (const char* bytes : {"GARBAGE\r\n\r\n", "GET\r\n\r\n", "GET /\r\n\r\n", "GET / HTTP/2.0\r\nHost: x\r\n\r\n",
                            "GET / HTTP/1.1\nHost: x\n\n", "GET / HTTP/1.1\r\nHost : x\r\n\r\n",
                            "GET / HTTP/1.1\r\nHost: x\r\nA\x01: y\r\n\r\n",
                            "\x16\x03\x01\x02\x01\x01\xfc\x03\x03\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"})
    EXPECT_EQ(refusal(bytes), ProtocolError::malformed) << bytes;
  EXPECT_EQ(refusal("GET / HTTP/1.1\r\n\r\n"), ProtocolError::missing_host);
  EXPECT_FALSE(refusal("GET / HTTP/1.0\r\n\r\n"));
}

TEST(HttpReader, SkipsEmptyLinesBeforeARequest) {
  // Also when a piece ends within one (found by the fuzzer).
  for (const std::size_t piece : {1U, 2U, 4096U})
    EXPECT_EQ(
        read("\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n", piece).requests.size(),
        2U);
}

TEST(HttpReader, RefusesAHeadBeyondItsLimit) {
  const HttpServerConfig small{.max_header_bytes = 1000};
  const auto get = [](std::size_t n) { return "GET / HTTP/1.1\r\nHost: x\r\nX: " + std::string(n, 'a') + "\r\n\r\n"; };
  EXPECT_FALSE(refusal(get(900), small));
  // To the byte, and in pieces of any size (the parser's own count is neither; found by the fuzzer).
  const std::size_t rest = get(0).size();
  for (const std::size_t piece : {1U, 7U, 4096U}) {
    EXPECT_FALSE(read(get(1000 - rest), piece, small).refused) << piece;
    EXPECT_EQ(read(get(1001 - rest), piece, small).refused, ProtocolError::headers_too_large) << piece;
  }
  EXPECT_EQ(refusal(get(1100), small), ProtocolError::headers_too_large);
  // One that never ends, in every place where a head can go on for ever.
  const std::string flood(100'000, 'a');
  EXPECT_EQ(refusal("GET /" + flood, small), ProtocolError::headers_too_large);
  EXPECT_EQ(refusal("GET / HTTP/1.1\r\n" + flood, small), ProtocolError::headers_too_large);
  EXPECT_EQ(refusal("GET / HTTP/1.1\r\nX: " + flood, small), ProtocolError::headers_too_large);
}

TEST(HttpReader, TakesABodyUpToItsLimitAndNotOneByteMore) {
  const HttpServerConfig small{.max_body_bytes = 100};
  const std::string fits(100, 'a');
  EXPECT_EQ(read(post("Content-Length: 100\r\n", fits), 9, small).requests.size(), 1U);
  EXPECT_EQ(read(post("Transfer-Encoding: chunked\r\n", "64\r\n" + fits + "\r\n0\r\n\r\n"), 9, small).requests.size(),
            1U);
  // By its length: before a byte of the body is there.
  EXPECT_EQ(refusal(post("Content-Length: 101\r\n", ""), small), ProtocolError::body_too_large);
  EXPECT_EQ(refusal(post("Transfer-Encoding: chunked\r\n", "65\r\n"), small), ProtocolError::body_too_large);
  EXPECT_EQ(refusal(post("Transfer-Encoding: chunked\r\n", "64\r\n" + fits + "\r\n1\r\n"), small),
            ProtocolError::body_too_large);
  EXPECT_EQ(refusal(post("Content-Length: 99999999999999999999\r\n", "")), ProtocolError::malformed);
  // Too much is said before 100 Continue is.
  EXPECT_EQ(read(post("Content-Length: 101\r\nExpect: 100-continue\r\n", ""), 9, small).continues, 0);
}

TEST(HttpReader, SaysOnceThatTheClientWaitsToContinue) {
  EXPECT_EQ(read(post("Content-Length: 2\r\nExpect: 100-continue\r\n", "{}"), 1).continues, 1);
  EXPECT_EQ(read(post("Content-Length: 0\r\nExpect: 100-continue\r\n", "")).continues, 0);
  EXPECT_EQ(read("POST / HTTP/1.0\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n{}").continues, 0);
}

TEST(HttpReader, KeepsNoConnectionAliveThatAskedToCloseOrIsHttp10) {
  EXPECT_EQ(read("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").kept, std::vector{false});
  EXPECT_EQ(read("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").kept, std::vector{false});
}

TEST(HttpReader, KnowsWhetherItStandsWithinARequest) {
  EXPECT_FALSE(read("").mid_request);
  EXPECT_TRUE(read("GET / HT").mid_request);
  EXPECT_TRUE(read(post("Content-Length: 5\r\n", "hel")).mid_request);
}

// What a client sends ahead is bounded by the reader's own buffer.
TEST(HttpReader, OffersNoMoreRoomThanItsBuffer) {
  const HttpServerConfig small{.max_header_bytes = 1000};
  HttpReader reader(small);
  std::size_t taken = 0;
  for (auto room = reader.room(); !room.empty(); room = reader.room()) {
    std::ranges::fill(room, 'a');
    reader.came(room.size());
    taken += room.size();
    ASSERT_LT(taken, 100'000U);
  }
  EXPECT_GE(taken, 1000U);
}

}  // namespace
}  // namespace net
