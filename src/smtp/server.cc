// SPDX-License-Identifier: Apache-2.0
#include "smtp/server.h"

#include <array>
#include <cstring>
#include <list>
#include <mutex>
#include <optional>
#include <span>
#include <unordered_map>
#include <utility>

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "smtp/proxy.h"

namespace lostletter::smtp {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Protocol = asio::generic::stream_protocol;  // inet and unix
using Socket = Protocol::socket;
using Acceptor = asio::basic_socket_acceptor<Protocol>;
using boost::system::error_code;
using Clock = std::chrono::steady_clock;

// What is dropped of those who talk on after the end, and for how long.
constexpr std::size_t kMostDropped = std::size_t{1} << 20;
constexpr std::chrono::seconds kFarewell{3};

// A balancer says at once who the client is.
constexpr std::chrono::seconds kIntroduction{10};

// One connection; its coroutine keeps it.
struct Guest {
  explicit Guest(Socket the_socket, std::string the_address)
      : socket(std::move(the_socket)),
        address(std::move(the_address)),
        bell(socket.get_executor()) {}

  Socket socket;
  std::string address;
  bool counted = false;     // among those of its address
  asio::steady_timer bell;  // rung when a late answer is there
  std::string late;         // that answer
  std::unique_ptr<Conversation> conversation;  // none before PROXY's header
  Clock::time_point since = Clock::now();
  Clock::time_point heard = since;
  bool leaving = false;
  bool in_handshake = false;
  bool in_tar = false;  // waits for our answer, which we are slow to give
};

// The way to the serving thread for answers that may come when it is gone.
class Gateway {
 public:
  explicit Gateway(asio::io_context& loop) : loop_(&loop) {}

  void run(std::function<void()> job) {
    const std::lock_guard lock(mutex_);
    if (loop_ != nullptr) asio::post(*loop_, std::move(job));
  }
  void close() {
    const std::lock_guard lock(mutex_);
    loop_ = nullptr;
  }

 private:
  std::mutex mutex_;
  asio::io_context* loop_;
};

struct Door {
  Acceptor acceptor;
  MakeConversation make_conversation;
};

// Nothing when the peer is gone already.
std::optional<Peer> find_peer(Socket& socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (::getpeername(socket.native_handle(),
                    reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    return std::nullopt;
  }
  if (address.ss_family != AF_INET && address.ss_family != AF_INET6) {
    return Peer{};
  }
  tcp::endpoint end;
  end.resize(size);
  std::memcpy(end.data(), &address, size);
  const int on = 1;
  (void)::setsockopt(socket.native_handle(), IPPROTO_TCP, TCP_NODELAY, &on,
                     sizeof on);
  return Peer{end.address().to_string()};
}

Resume resume_of(const std::shared_ptr<Gateway>& gateway,
                 const std::shared_ptr<Guest>& guest) {
  return [gateway,
          weak = std::weak_ptr(guest)](std::function<void(std::string&)> job) {
    gateway->run([weak, job = std::move(job)] {
      const auto self = weak.lock();
      if (!self || !self->socket.is_open() || self->leaving) return;
      self->heard = Clock::now();
      job(self->late);
      self->bell.cancel();
    });
  };
}

// Who is gone already need not be told.
void close(Socket& socket) {
  error_code ignored;
  (void)socket.close(ignored);
}

auto noting(error_code& error) {
  return asio::redirect_error(asio::use_awaitable, error);
}

}  // namespace

struct Server::Impl {
  explicit Impl(ServerOptions the_options) : options(std::move(the_options)) {}
  ~Impl() { gateway->close(); }

  // --- those who come

  asio::awaitable<void> accept(Door& door) {
    while (door.acceptor.is_open()) {
      error_code error;
      Socket socket = co_await door.acceptor.async_accept(noting(error));
      if (!error) {
        admit(std::move(socket), door);
      } else if (door.acceptor.is_open()) {
        // No descriptors: those who are here may go.
        asio::steady_timer rest(loop, std::chrono::milliseconds(100));
        co_await rest.async_wait(noting(error));
      }
    }
  }

  void admit(Socket socket, Door& door) {
    const auto peer = find_peer(socket);
    if (!peer) return;
    const bool is_proxy = options.proxies.contains(peer->address);
    if (guests.size() >= options.most_sessions ||
        (!is_proxy && is_crowded(peer->address))) {
      turn_away(socket);
      return;
    }
    const auto guest =
        std::make_shared<Guest>(std::move(socket), peer->address);
    if (!is_proxy) begin(guest, *peer, door);
    guests.push_back(guest);
    asio::co_spawn(loop, serve(guest, std::prev(guests.end()), door),
                   asio::detached);
  }

  void begin(const std::shared_ptr<Guest>& guest, const Peer& peer,
             Door& door) {
    guest->address = peer.address;
    if (!peer.address.empty()) {
      ++by_address[peer.address];
      guest->counted = true;
    }
    guest->conversation =
        door.make_conversation(peer, resume_of(gateway, guest));
  }

  // Who is behind the balancer? One that does not say, or says nonsense, is let
  // go without a word.
  asio::awaitable<void> introduce(const std::shared_ptr<Guest>& guest,
                                  Door& door) {
    std::string header;
    for (;;) {
      const auto read = read_proxy_header(header);
      if (!read) co_return;
      if (const auto& found = *read) {
        Peer peer{found->client.empty() ? guest->address : found->client};
        if (!is_crowded(peer.address)) co_return begin(guest, peer, door);
        co_return turn_away(guest->socket);
      }
      const std::size_t begun = header.size();
      error_code error;
      header.resize(begun + proxy_header_needs(header));
      const std::size_t size = co_await guest->socket.async_read_some(
          asio::buffer(header.data() + begun, header.size() - begun),
          noting(error));
      if (error) co_return;
      header.resize(begun + size);
    }
  }

  bool is_crowded(const std::string& address) const {
    const auto count = by_address.find(address);
    return count != by_address.end() && count->second >= options.most_of_one;
  }

  // One try, without waiting: there is no room to wait for them.
  void turn_away(Socket& socket) {
    const std::string sorry =
        "421 4.3.2 " + options.host + " too many sessions, come later\r\n";
    (void)::send(socket.native_handle(), sorry.data(), sorry.size(),
                 MSG_DONTWAIT | MSG_NOSIGNAL);
  }

  // --- those who are here

  using Guests = std::list<std::shared_ptr<Guest>>;

  asio::awaitable<void> serve(std::shared_ptr<Guest> guest,
                              Guests::iterator place, Door& door) {
    if (!guest->conversation) co_await introduce(guest, door);
    if (guest->conversation) co_await talk(*guest);
    co_await leave(*guest);
    close(guest->socket);
    if (guest->counted) {
      const auto count = by_address.find(guest->address);
      if (--count->second == 0) by_address.erase(count);
    }
    guests.erase(place);
  }

  asio::awaitable<void> talk(Guest& guest) {
    std::string piece(options.piece, '\0');
    Conversation& conversation = *guest.conversation;
    co_await converse(guest, guest.socket, piece, conversation.greet());
    if (conversation.over() || !conversation.wants_tls() || !tls) co_return;
    error_code error;
    asio::ssl::stream<Socket&> secret(guest.socket, *tls);
    guest.heard = Clock::now();
    guest.in_handshake = true;
    co_await secret.async_handshake(asio::ssl::stream_base::server,
                                    noting(error));
    guest.in_handshake = false;
    if (error) co_return;
    guest.heard = Clock::now();
    conversation.secured();
    co_await converse(guest, secret, piece, "");
  }

  // Until the conversation is over, or wants TLS.
  template <typename Stream>
  asio::awaitable<void> converse(Guest& guest, Stream& stream,
                                 std::span<char> piece, std::string answer) {
    error_code error;
    Conversation& conversation = *guest.conversation;
    for (;;) {
      if (!answer.empty()) {
        if (options.tarpit.count() > 0) co_await dawdle(guest);
        co_await asio::async_write(stream, asio::buffer(answer), noting(error));
        answer.clear();
      }
      if (error || !guest.socket.is_open()) co_return;
      if (conversation.waits()) co_await wait_for_answer(guest);
      answer = std::exchange(guest.late, {});
      if (!answer.empty()) continue;
      if (conversation.over() || conversation.wants_tls()) co_return;
      const std::size_t size = co_await stream.async_read_some(
          asio::buffer(piece.data(), piece.size()), noting(error));
      if (error) co_return;
      guest.heard = Clock::now();
      conversation.feed({piece.data(), size}, answer);
    }
  }

  // A peer that waits for us is not silent.
  asio::awaitable<void> dawdle(Guest& guest) {
    error_code ignored;
    guest.in_tar = true;
    guest.bell.expires_after(options.tarpit);
    co_await guest.bell.async_wait(noting(ignored));
    guest.in_tar = false;
    guest.heard = Clock::now();
  }

  // Until a part of it is there, or the socket closed.
  asio::awaitable<void> wait_for_answer(Guest& guest) {
    while (guest.conversation->waits() && guest.late.empty() &&
           guest.socket.is_open()) {
      error_code ignored;
      guest.bell.expires_at(Clock::time_point::max());
      co_await guest.bell.async_wait(noting(ignored));
    }
  }

  // A socket closed over bytes that nobody took resets the connection, and the
  // peer may never read our last answer. So what still comes is dropped unseen,
  // for a moment.
  asio::awaitable<void> leave(Guest& guest) {
    error_code error;
    guest.leaving = true;
    guest.heard = Clock::now();
    (void)guest.socket.shutdown(Socket::shutdown_send, error);
    std::array<char, 2048> piece;  // NOLINT: never read
    for (std::size_t dropped = 0; !error && dropped < kMostDropped;) {
      dropped += co_await guest.socket.async_read_some(asio::buffer(piece),
                                                       noting(error));
    }
  }

  // --- the end of patience, and of everything

  // A closed socket ends its coroutine.
  void dismiss(Guest& guest, std::string_view reason) {
    std::string answer;
    if (guest.conversation) guest.conversation->shut(reason, answer);
    // Clear text would only look like an attack where TLS is in use, or begins.
    if (!guest.conversation ||
        !(guest.conversation->uses_tls() || guest.conversation->wants_tls())) {
      (void)::send(guest.socket.native_handle(), answer.data(), answer.size(),
                   MSG_DONTWAIT | MSG_NOSIGNAL);
    }
    close(guest.socket);
    guest.bell.cancel();
  }

  bool is_too_long(const Guest& guest, Clock::time_point now) const {
    const auto silent = now - guest.heard;
    if (!guest.conversation) return silent > kIntroduction;
    // Whatever comes in drops: all of it has to come in that time.
    if (guest.in_handshake && silent > options.handshake) return true;
    const bool ours = guest.in_tar || guest.conversation->waits();
    return (silent > options.silence && !ours) ||
           now - guest.since > options.most_time;
  }

  void look_after() {
    const auto now = Clock::now();
    for (const auto& guest : guests) {
      if (!guest->socket.is_open()) continue;
      if (guest->leaving) {
        if (now - guest->heard > kFarewell) close(guest->socket);
      } else if (is_too_long(*guest, now)) {
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
    for (Door& door : doors) (void)door.acceptor.close(ignored);
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
    (void)tls->set_options(asio::ssl::context::no_tlsv1 |
                               asio::ssl::context::no_tlsv1_1 |
                               asio::ssl::context::default_workarounds,
                           error);
    (void)tls->use_certificate_chain_file(options.certificate, error);
    if (error) {
      return fail("cannot use the certificate " + options.certificate + ": " +
                  error.message());
    }
    (void)tls->use_private_key_file(options.key, asio::ssl::context::pem,
                                    error);
    if (error) {
      return fail("cannot use the key " + options.key + ": " + error.message());
    }
    return {};
  }

  ServerOptions options;
  std::optional<asio::ssl::context> tls;
  asio::io_context loop{1};
  const std::shared_ptr<Gateway> gateway = std::make_shared<Gateway>(loop);
  std::list<Door> doors;
  Guests guests;
  std::unordered_map<std::string, std::size_t> by_address;
  bool stopped = false;
};

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Result<std::unique_ptr<Server>> Server::make(ServerOptions options) {
  auto impl = std::make_unique<Impl>(std::move(options));
  if (auto loaded = impl->load_certificate(); !loaded) {
    return std::unexpected(loaded.error());
  }
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

Server::~Server() = default;

void Server::add(int descriptor, MakeConversation make_conversation) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  (void)::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size);
  const Protocol protocol(address.ss_family, 0);
  impl_->doors.push_back({Acceptor(impl_->loop, protocol, descriptor),
                          std::move(make_conversation)});
}

void Server::run() {
  for (Door& door : impl_->doors) {
    asio::co_spawn(impl_->loop, impl_->accept(door), asio::detached);
  }
  every(impl_->options.look, [impl = impl_.get()] { impl->look_after(); });
  impl_->loop.run();
}

void Server::stop() { impl_->stop(); }

void Server::post(std::function<void()> job) {
  impl_->gateway->run(std::move(job));
}

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
