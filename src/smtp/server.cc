// SPDX-License-Identifier: Apache-2.0
#include "smtp/server.h"

#include <array>
#include <list>
#include <optional>
#include <unordered_map>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <sys/socket.h>

namespace lostletter::smtp {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using Clock = std::chrono::steady_clock;

// What is read at once. A peer that sends much waits for its answers.
constexpr std::size_t kPiece = 2048;

// What is dropped of those who talk on after the end, and for how long.
constexpr std::size_t kMostDropped = std::size_t{1} << 20;
constexpr std::chrono::seconds kFarewell{3};

// One connection; its coroutine keeps it.
struct Guest {
  Guest(tcp::socket the_socket, std::string the_address,
        const SessionOptions& options, std::unique_ptr<Refuser> the_refuser)
      : socket(std::move(the_socket)),
        address(std::move(the_address)),
        refuser(std::move(the_refuser)),
        session(options, *refuser) {}

  tcp::socket socket;
  std::string address;
  std::unique_ptr<Refuser> refuser;
  Session session;
  Clock::time_point since = Clock::now();
  Clock::time_point heard = since;
  bool leaving = false;
};

auto noting(error_code& error) {
  return asio::redirect_error(asio::use_awaitable, error);
}

}  // namespace

struct Server::Impl {
  Impl(ServerOptions the_options, MakeRefuser the_make_refuser)
      : options(std::move(the_options)),
        make_refuser(std::move(the_make_refuser)) {}

  // --- those who come

  asio::awaitable<void> accept(tcp::acceptor& door) {
    while (door.is_open()) {
      error_code error;
      tcp::socket socket = co_await door.async_accept(noting(error));
      if (!error) {
        admit(std::move(socket));
      } else if (door.is_open()) {
        // No descriptors: those who are here may go.
        asio::steady_timer rest(loop, std::chrono::milliseconds(100));
        co_await rest.async_wait(noting(error));
      }
    }
  }

  void admit(tcp::socket socket) {
    error_code error;
    const auto end = socket.remote_endpoint(error);
    if (error) return;
    const std::string address = end.address().to_string();
    if (guests.size() >= options.most_sessions ||
        by_address[address] >= options.most_of_one) {
      turn_away(socket);
      return;
    }
    (void)socket.set_option(tcp::no_delay(true), error);
    ++by_address[address];
    guests.push_back(std::make_shared<Guest>(
        std::move(socket), address, options.session, make_refuser({address})));
    const auto place = std::prev(guests.end());
    asio::co_spawn(loop, serve(*place, place), asio::detached);
  }

  // One try, without waiting: there is no room to wait for them.
  void turn_away(tcp::socket& socket) {
    const std::string sorry = "421 4.3.2 " + options.session.host +
                              " too many sessions, come later\r\n";
    (void)::send(socket.native_handle(), sorry.data(), sorry.size(),
                 MSG_DONTWAIT | MSG_NOSIGNAL);
  }

  // --- those who are here

  using Guests = std::list<std::shared_ptr<Guest>>;

  asio::awaitable<void> serve(std::shared_ptr<Guest> guest,
                              Guests::iterator place) {
    co_await talk(*guest);
    co_await leave(*guest);
    error_code ignored;
    guest->socket.close(ignored);
    const auto count = by_address.find(guest->address);
    if (--count->second == 0) by_address.erase(count);
    guests.erase(place);
  }

  asio::awaitable<void> talk(Guest& guest) {
    co_await converse(guest, guest.socket, guest.session.greet());
    if (guest.session.over() || !guest.session.wants_tls()) co_return;
    error_code error;
    asio::ssl::stream<tcp::socket&> secret(guest.socket, *tls);
    co_await secret.async_handshake(asio::ssl::stream_base::server,
                                    noting(error));
    if (error) co_return;
    guest.heard = Clock::now();
    guest.session.secured();
    co_await converse(guest, secret, "");
  }

  // Until the session is over, or wants TLS.
  template <typename Stream>
  asio::awaitable<void> converse(Guest& guest, Stream& stream,
                                 std::string answer) {
    error_code error;
    std::array<char, kPiece> piece;  // NOLINT: filled before it is read
    for (;;) {
      if (!answer.empty()) {
        co_await asio::async_write(stream, asio::buffer(answer), noting(error));
        answer.clear();
      }
      if (error || guest.session.over() || guest.session.wants_tls()) {
        co_return;
      }
      const std::size_t size =
          co_await stream.async_read_some(asio::buffer(piece), noting(error));
      if (error) co_return;
      guest.heard = Clock::now();
      guest.session.feed({piece.data(), size}, answer);
    }
  }

  // A socket closed over bytes that nobody took resets the connection, and the
  // peer may never read our last answer. So what still comes is dropped unseen,
  // for a moment.
  asio::awaitable<void> leave(Guest& guest) {
    error_code error;
    guest.leaving = true;
    guest.heard = Clock::now();
    guest.socket.shutdown(tcp::socket::shutdown_send, error);
    std::array<char, kPiece> piece;  // NOLINT: never read
    for (std::size_t dropped = 0; !error && dropped < kMostDropped;) {
      dropped += co_await guest.socket.async_read_some(asio::buffer(piece),
                                                       noting(error));
    }
  }

  // --- the end of patience, and of everything

  // A closed socket ends its coroutine.
  void dismiss(Guest& guest, std::string_view reason) {
    std::string answer;
    guest.session.shut(reason, answer);
    // Clear text would only look like an attack where TLS is in use.
    if (!guest.session.uses_tls()) {
      (void)::send(guest.socket.native_handle(), answer.data(), answer.size(),
                   MSG_DONTWAIT | MSG_NOSIGNAL);
    }
    error_code ignored;
    guest.socket.close(ignored);
  }

  void look_after() {
    const auto now = Clock::now();
    for (const auto& guest : guests) {
      if (!guest->socket.is_open()) continue;
      error_code ignored;
      if (guest->leaving) {
        if (now - guest->heard > kFarewell) guest->socket.close(ignored);
      } else if (now - guest->heard > options.silence ||
                 now - guest->since > options.most_time) {
        dismiss(*guest, "you were silent, or here, for too long");
      }
    }
  }

  asio::awaitable<void> repeat(std::chrono::milliseconds interval,
                               std::function<void()> job) {
    asio::steady_timer timer(loop);
    for (;;) {
      error_code error;
      timer.expires_after(interval);
      co_await timer.async_wait(noting(error));
      if (stopped) co_return;
      job();
    }
  }

  asio::awaitable<void> listen_for(int number, std::function<void()> job) {
    asio::signal_set signals(loop, number);
    for (;;) {
      error_code error;
      co_await signals.async_wait(noting(error));
      if (error || stopped) co_return;
      job();
    }
  }

  void stop() {
    if (std::exchange(stopped, true)) return;
    error_code ignored;
    for (tcp::acceptor& door : doors) door.close(ignored);
    for (const auto& guest : guests) {
      if (guest->socket.is_open()) dismiss(*guest, "closes now, come later");
    }
    loop.stop();
  }

  // TLS 1.2 and later (RFC 8996), with the library's own choice of ciphers.
  Result<void> load_certificate() {
    if (options.certificate.empty()) return {};
    error_code error;
    tls.emplace(asio::ssl::context::tls_server);
    tls->set_options(asio::ssl::context::no_tlsv1 |
                         asio::ssl::context::no_tlsv1_1 |
                         asio::ssl::context::default_workarounds,
                     error);
    tls->use_certificate_chain_file(options.certificate, error);
    if (error) {
      return fail("cannot use the certificate " + options.certificate + ": " +
                  error.message());
    }
    tls->use_private_key_file(options.key, asio::ssl::context::pem, error);
    if (error) {
      return fail("cannot use the key " + options.key + ": " + error.message());
    }
    options.session.offers_tls = true;
    return {};
  }

  ServerOptions options;
  const MakeRefuser make_refuser;
  std::optional<asio::ssl::context> tls;
  asio::io_context loop{1};
  std::list<tcp::acceptor> doors;
  Guests guests;
  std::unordered_map<std::string, std::size_t> by_address;
  bool stopped = false;
};

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Result<std::unique_ptr<Server>> Server::make(ServerOptions options,
                                             MakeRefuser make_refuser) {
  auto impl =
      std::make_unique<Impl>(std::move(options), std::move(make_refuser));
  if (auto loaded = impl->load_certificate(); !loaded) {
    return std::unexpected(loaded.error());
  }
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

Server::~Server() = default;

void Server::add(int descriptor) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  (void)::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size);
  impl_->doors.emplace_back(
      impl_->loop, address.ss_family == AF_INET6 ? tcp::v6() : tcp::v4(),
      descriptor);
}

void Server::run() {
  for (tcp::acceptor& door : impl_->doors) {
    asio::co_spawn(impl_->loop, impl_->accept(door), asio::detached);
  }
  every(std::chrono::milliseconds(1000),
        [impl = impl_.get()] { impl->look_after(); });
  impl_->loop.run();
}

void Server::stop() { impl_->stop(); }

void Server::every(std::chrono::milliseconds interval,
                   std::function<void()> job) {
  asio::co_spawn(impl_->loop, impl_->repeat(interval, std::move(job)),
                 asio::detached);
}

void Server::on_signal(int signal, std::function<void()> job) {
  asio::co_spawn(impl_->loop, impl_->listen_for(signal, std::move(job)),
                 asio::detached);
}

}  // namespace lostletter::smtp
