// SPDX-License-Identifier: Apache-2.0
//
// Sockets and HTTP/1.1 framing, both Boost's: Asio waits, Beast parses. (The
// other library at hand, cpp-httplib 0.11, reads a header line of any length
// into memory and holds a thread for each idle client.)
//
// One connection is one coroutine and a straight line:
//
//   (read head; admit or refuse; read body; run the handler; write)*; close
//
// Each read and write has a deadline for the whole of it, so a client that
// drips bytes costs a descriptor for some seconds and nothing else. After a
// refusal the connection is closed, because its body was never read.
#include "http/server.h"

#include <atomic>
#include <ctime>
#include <optional>
#include <thread>
#include <tuple>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <fmt/chrono.h>
#include <fmt/format.h>

#include "base/log.h"
#include "http/dispatch.h"
#include "net/endpoint.h"

namespace lostletter::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace beast_http = boost::beast::http;
using asio::ip::tcp;
using Code = boost::system::error_code;
using Field = beast_http::field;
using Parser = beast_http::request_parser<beast_http::string_body>;
using Answer = beast_http::response<beast_http::string_body>;

// Errors come back as values: a peer that goes away is no exception.
constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

constexpr int kMostRequests = 1000;      // on one connection
constexpr std::size_t kLeastToken = 16;  // characters, on a routable address
constexpr std::size_t kReadBuffer = 8192;
// What we still read, to throw away, from a client we refused: it hears the
// refusal only when it is done sending, or when we close without data unread.
constexpr std::size_t kMostDrained = std::size_t{4} << 20;
constexpr std::chrono::seconds kDrainTime{2};
constexpr std::chrono::seconds kStopTime{2};

std::string text(beast::string_view view) { return {view.data(), view.size()}; }

Head head_of(const Parser::value_type& message) {
  return {text(message.method_string()),       text(message.target()),
          text(message[Field::host]),          text(message[Field::origin]),
          text(message[Field::authorization]), text(message[Field::cookie]),
          text(message[Field::content_type])};
}

// What is wrong with a head although Beast could read it; nothing if all is
// well. Two Hosts, or none, is 400 by RFC 9112 3.2.
std::optional<std::string> head_trouble(const Parser::value_type& message) {
  if (message.count(Field::host) != 1) {
    return "exactly one Host header is needed";
  }
  if (message.count(Field::origin) > 1 ||
      message.count(Field::authorization) > 1) {
    return "Origin and Authorization must not be repeated";
  }
  return std::nullopt;
}

// The answer to what Beast could not read; nothing when there is nobody to
// answer to: the client left, or Beast closed the connection at its deadline.
std::optional<Reply> unreadable(const Code& trouble) {
  const auto reply = [](int status, std::string_view message) {
    return Reply{error_response(status, message), {}};
  };
  using Kind = beast_http::error;
  if (trouble == Kind::header_limit) {
    return reply(431, "the request header is too large");
  }
  if (trouble == Kind::body_limit) {
    return reply(413, "the request body is too large");
  }
  if (trouble == Kind::bad_version) {
    return reply(505, "this server speaks HTTP/1.1");
  }
  const bool gone = trouble == Kind::end_of_stream ||
                    trouble == Kind::partial_message ||
                    trouble.category() != make_error_code(Kind{}).category();
  if (gone) return std::nullopt;
  return reply(400, "this is not HTTP/1.1: " + trouble.message());
}

Answer to_answer(Reply reply, const Parser::value_type& request,
                 bool keep_alive) {
  const auto path = text(request.target());
  Answer answer;
  answer.version(11);
  answer.result(static_cast<unsigned>(reply.response.status));
  // RFC 9110 6.6.1: an origin server with a clock says the date.
  answer.set(Field::date, fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT",
                                      fmt::gmtime(std::time(nullptr))));
  for (const auto& [name, value] : security_headers(path)) {
    answer.set(name, value);
  }
  for (const auto& [name, value] : reply.headers) answer.set(name, value);
  answer.set(Field::content_type, reply.response.content_type);
  answer.keep_alive(keep_alive);
  answer.content_length(reply.response.body.size());
  // RFC 9110 9.3.2: HEAD gets the header of GET, its length included.
  if (request.method() != beast_http::verb::head) {
    answer.body() = std::move(reply.response.body);
  }
  return answer;
}

}  // namespace

struct Server::Impl {
  Impl(ServerOptions given, std::vector<Route> routes)
      : options(std::move(given)), dispatcher(options, std::move(routes)) {}

  Result<void> listen();
  void run();
  void stop();
  asio::awaitable<void> accept();
  asio::awaitable<void> converse(beast::tcp_stream& stream);
  asio::awaitable<void> session(tcp::socket socket);
  asio::awaitable<bool> exchange(beast::tcp_stream& stream,
                                 beast::flat_buffer& buffer, bool last);
  asio::awaitable<Code> read_body(beast::tcp_stream& stream,
                                  beast::flat_buffer& buffer, Parser& parser);
  asio::awaitable<bool> write(beast::tcp_stream& stream, Reply reply,
                              const Parser& parser, bool keep_alive);

  ServerOptions options;
  Dispatcher dispatcher;
  std::uint16_t port = 0;
  std::atomic<std::size_t> connections = 0;
  std::atomic<std::size_t> answering = 0;
  std::atomic<bool> stopping = false;
  // After what its sessions use: they end with it.
  asio::io_context context;
  tcp::acceptor acceptor{asio::make_strand(context)};  // accept() and stop()
  std::vector<std::thread> threads;
};

namespace {

// Counts while it lives.
class Counted {
 public:
  explicit Counted(std::atomic<std::size_t>& counter) : counter_(counter) {
    ++counter_;
  }
  ~Counted() { --counter_; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;

 private:
  std::atomic<std::size_t>& counter_;
};

// Closing with bytes unread makes the kernel send a reset, and the client may
// lose the answer that it was about to read (RFC 9112 9.6).
asio::awaitable<void> close_gently(beast::tcp_stream& stream) {
  Code ignored;
  stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
  stream.expires_after(kDrainTime);
  std::string rest(kReadBuffer, '\0');
  std::size_t drained = 0;
  while (drained < kMostDrained) {
    const auto [trouble, size] =
        co_await stream.async_read_some(asio::buffer(rest), kAwait);
    if (trouble) break;
    drained += size;
  }
  stream.close();
}

}  // namespace

// One request and its answer. False when the connection is over.
asio::awaitable<bool> Server::Impl::exchange(beast::tcp_stream& stream,
                                             beast::flat_buffer& buffer,
                                             bool last) {
  Parser parser;
  parser.header_limit(static_cast<std::uint32_t>(options.most_header));
  parser.body_limit(options.most_body);

  stream.expires_after(options.patience);
  auto [trouble, size] =
      co_await beast_http::async_read_header(stream, buffer, parser, kAwait);
  std::optional<Reply> refusal;
  std::optional<Dispatcher::Admitted> admitted;
  if (trouble) {
    // Nobody is told that a connection kept for later was not used.
    if (size == 0 && buffer.size() == 0) co_return false;
    refusal = unreadable(trouble);
    if (!refusal) co_return false;
  } else if (auto wrong = head_trouble(parser.get())) {
    refusal = Reply{error_response(400, *wrong), {}};
  } else if (auto answer = dispatcher.admit(head_of(parser.get()))) {
    admitted = *std::move(answer);
    const Code body_trouble = co_await read_body(stream, buffer, parser);
    if (body_trouble) refusal = unreadable(body_trouble);
    if (body_trouble && !refusal) co_return false;
  } else {
    refusal = std::move(answer.error());
  }
  if (refusal) {
    co_await write(stream, *std::move(refusal), parser, false);
    co_return false;
  }

  const Counted counted(answering);
  admitted->request.body = std::move(parser.get().body());
  const bool keep_alive = parser.get().keep_alive() && !last && !stopping;
  co_return co_await write(stream, dispatcher.run(*admitted), parser,
                           keep_alive);
}

asio::awaitable<Code> Server::Impl::read_body(beast::tcp_stream& stream,
                                              beast::flat_buffer& buffer,
                                              Parser& parser) {
  stream.expires_after(options.patience);
  // RFC 9110 10.1.1: the client waits to hear that we want the body.
  if (beast::iequals(parser.get()[Field::expect], "100-continue")) {
    beast_http::response<beast_http::empty_body> go_on{
        beast_http::status::continue_, 11};
    const auto [trouble, size] =
        co_await beast_http::async_write(stream, go_on, kAwait);
    if (trouble) co_return trouble;
  }
  const auto [trouble, size] =
      co_await beast_http::async_read(stream, buffer, parser, kAwait);
  co_return trouble;
}

asio::awaitable<bool> Server::Impl::write(beast::tcp_stream& stream,
                                          Reply reply, const Parser& parser,
                                          bool keep_alive) {
  Answer answer = to_answer(std::move(reply), parser.get(), keep_alive);
  beast_http::response_serializer<beast_http::string_body> serializer(answer);
  stream.expires_after(options.patience);
  // The body of an answer to HEAD is empty although its length is not.
  const bool head_only = answer.body().empty();
  const auto [trouble, size] =
      head_only
          ? co_await beast_http::async_write_header(stream, serializer, kAwait)
          : co_await beast_http::async_write(stream, serializer, kAwait);
  co_return !trouble && keep_alive;
}

asio::awaitable<void> Server::Impl::converse(beast::tcp_stream& stream) {
  // Bounded, because a head may be as long as most_header.
  beast::flat_buffer buffer(options.most_header + kReadBuffer);
  for (int served = 1; served <= kMostRequests; ++served) {
    const bool last = served == kMostRequests;
    if (!co_await exchange(stream, buffer, last)) break;
  }
  co_await close_gently(stream);
}

asio::awaitable<void> Server::Impl::session(tcp::socket socket) {
  const Counted counted(connections);
  beast::tcp_stream stream(std::move(socket));
  try {
    co_await converse(stream);
  } catch (const std::exception& trouble) {
    log_event(Event::kHttpRefused, {{"reason", std::string(trouble.what())}});
  }
}

asio::awaitable<void> Server::Impl::accept() {
  asio::steady_timer pause(acceptor.get_executor());
  while (!stopping) {
    // A strand each: a deadline and a read of one connection never overlap.
    auto [trouble, socket] =
        co_await acceptor.async_accept(asio::make_strand(context), kAwait);
    if (trouble == asio::error::operation_aborted) co_return;
    if (trouble || connections >= options.most_connections) {
      // Out of descriptors, most likely: wait until some are closed. The
      // others queue in the kernel, and those too many find a closed door.
      pause.expires_after(std::chrono::milliseconds(trouble ? 100 : 1));
      co_await pause.async_wait(kAwait);
      continue;
    }
    auto executor = socket.get_executor();
    asio::co_spawn(executor, session(std::move(socket)), asio::detached);
  }
}

Result<void> Server::Impl::listen() {
  net::Endpoint endpoint;
  endpoint.host = options.host;
  endpoint.port = options.port;
  if (!endpoint.is_loopback() && options.token.size() < kLeastToken) {
    return fail(fmt::format(
        "http: {}:{} can be reached from other hosts and {}: set "
        "http.token_file to a file with a token of at least {} characters, or "
        "listen on 127.0.0.1",
        options.host, options.port,
        options.token.empty() ? "has no token" : "its token is too short",
        kLeastToken));
  }
  const auto descriptor = net::listen(endpoint);
  if (!descriptor) return std::unexpected(descriptor.error());
  port = net::bound_port(*descriptor);
  const bool is_v6 = options.host.find(':') != options.host.npos;
  acceptor.assign(is_v6 ? tcp::v6() : tcp::v4(), *descriptor);
  return {};
}

void Server::Impl::run() {
  asio::co_spawn(acceptor.get_executor(), accept(), asio::detached);
  for (std::size_t i = 0; i < options.threads; ++i) {
    threads.emplace_back([this] { context.run(); });
  }
}

void Server::Impl::stop() {
  if (threads.empty()) return;
  stopping = true;
  asio::post(acceptor.get_executor(), [this] { acceptor.close(); });
  const auto deadline = std::chrono::steady_clock::now() + kStopTime;
  while (answering > 0 && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  context.stop();
  for (std::thread& thread : threads) thread.join();
  threads.clear();
}

Server::Server(ServerOptions options, std::vector<Route> routes)
    : impl_(std::make_unique<Impl>(std::move(options), std::move(routes))) {}

Server::~Server() { impl_->stop(); }

Result<void> Server::start() {
  if (auto listening = impl_->listen(); !listening) return listening;
  impl_->run();
  return {};
}

std::uint16_t Server::port() const { return impl_->port; }

}  // namespace lostletter::http
