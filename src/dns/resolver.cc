// SPDX-License-Identifier: Apache-2.0
//
// c-ares sends, tries again, changes to TCP and checks that an answer is one to
// the question; we make the questions, say how many are under way, read the
// answers and keep them.
#include "dns/resolver.h"

#include <algorithm>
#include <bitset>
#include <deque>
#include <random>
#include <unordered_map>
#include <utility>

#include <ares.h>
#include <fmt/format.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/text.h"
#include "dns/cache.h"
#include "dns/shelf.h"

namespace lostletter::dns {
namespace {

using Clock = std::chrono::steady_clock;

// What a UDP answer may be long without being taken apart on its way
// (dnsflagday.net, 2020).
constexpr int kUdpOctets = 1232;
constexpr int kTries = 2;

std::string key_of(std::string_view name, Type type) {
  return fmt::format("{} {}", ascii_lower(name), static_cast<int>(type));
}

std::string to_csv(const std::vector<Server>& servers) {
  std::string text;
  for (const Server& server : servers) {
    if (!text.empty()) text += ',';
    text += server.address.find(':') == std::string::npos
                ? fmt::format("{}:{}", server.address, server.port)
                : fmt::format("[{}]:{}", server.address, server.port);
  }
  return text;
}

// One question under way, for all who asked it.
struct Flight {
  std::string key;
  std::string name;
  Type type = Type::kA;
  std::vector<Resolver::Answered> waiting;
  bool over = false;  // answered, or too late
};
using FlightPointer = std::shared_ptr<Flight>;

}  // namespace

struct Resolver::Impl {
  explicit Impl(ResolverOptions given)
      : options(std::move(given)), cache(options.cached) {}
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl();

  Result<void> open();
  void ask(std::string_view name, Type type, Answered done);
  const Answer* find(std::string_view name, Type type);
  void turn(std::chrono::milliseconds most);

  // c-ares holds one of these for each question it sends.
  struct Ticket {
    Impl& resolver;
    FlightPointer flight;
    std::uint16_t id;
  };
  static void on_answer(void* ticket, int status, int timeouts,
                        unsigned char* bytes, int length);
  static void on_socket(void* self, ares_socket_t socket, int readable,
                        int writable);

  void send(const FlightPointer& flight);
  void send_waiting();
  std::uint16_t free_id();
  void finish(const FlightPointer& flight, Answer answer);
  void deliver();
  void expire();
  void wait(std::chrono::milliseconds most);

  ResolverOptions options;
  Cache cache;
  ResolverCounts counts;
  ares_channel channel = nullptr;
  int poll = -1;
  bool closing = false;
  std::size_t in_flight = 0;  // that c-ares has
  std::unordered_map<std::string, FlightPointer> flights;
  std::deque<FlightPointer> waiting;  // for room
  std::deque<std::pair<Clock::time_point, FlightPointer>> deadlines;
  std::deque<std::pair<FlightPointer, Answer>> finished;
  std::bitset<65536> ids;  // in use
  std::random_device random;
};

Result<void> Resolver::Impl::open() {
  ares_library_init(ARES_LIB_INIT_ALL);
  ares_options wanted{};
  // No search list, no /etc/hosts: what is asked is a name of the DNS.
  wanted.flags = ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES | ARES_FLAG_STAYOPEN |
                 ARES_FLAG_EDNS;
  wanted.timeout = static_cast<int>(options.timeout.count());
  wanted.tries = kTries;
  wanted.sock_state_cb = &Impl::on_socket;
  wanted.sock_state_cb_data = this;
  poll = epoll_create1(EPOLL_CLOEXEC);
  if (poll < 0) return fail("cannot ask name servers: no descriptors are left");
  const int status =
      ares_init_options(&channel, &wanted,
                        ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES |
                            ARES_OPT_SOCK_STATE_CB);
  if (status != ARES_SUCCESS) {
    channel = nullptr;
    return fail(
        fmt::format("cannot ask name servers: {}", ares_strerror(status)));
  }
  if (options.servers.empty()) return {};
  const std::string servers = to_csv(options.servers);
  const int set = ares_set_servers_ports_csv(channel, servers.c_str());
  if (set != ARES_SUCCESS) {
    return fail(fmt::format("cannot use the resolvers {}: {}", servers,
                            ares_strerror(set)));
  }
  return {};
}

Resolver::Impl::~Impl() {
  closing = true;
  if (channel != nullptr) ares_destroy(channel);  // answers all it has
  for (const FlightPointer& flight : waiting) finish(flight, {});
  deliver();
  if (poll >= 0) close(poll);
}

void Resolver::Impl::on_socket(void* self, ares_socket_t socket, int readable,
                               int writable) {
  auto& impl = *static_cast<Impl*>(self);
  epoll_event event{};
  event.data.fd = socket;
  event.events = (readable != 0 ? static_cast<std::uint32_t>(EPOLLIN) : 0U) |
                 (writable != 0 ? static_cast<std::uint32_t>(EPOLLOUT) : 0U);
  if (event.events == 0) {
    epoll_ctl(impl.poll, EPOLL_CTL_DEL, socket, nullptr);
  } else if (epoll_ctl(impl.poll, EPOLL_CTL_MOD, socket, &event) != 0) {
    epoll_ctl(impl.poll, EPOLL_CTL_ADD, socket, &event);
  }
}

void Resolver::Impl::on_answer(void* ticket, int status, int /*timeouts*/,
                               unsigned char* bytes, int length) {
  const std::unique_ptr<Ticket> owned(static_cast<Ticket*>(ticket));
  Impl& impl = owned->resolver;
  --impl.in_flight;
  impl.ids.reset(owned->id);
  if (owned->flight->over) return;
  Answer answer;
  if (status == ARES_SUCCESS && bytes != nullptr && length > 0) {
    const auto message = parse_message({reinterpret_cast<const char*>(bytes),
                                        static_cast<std::size_t>(length)});
    if (message) {
      answer = read_answer(*message, owned->flight->name, owned->flight->type);
    }
  }
  impl.finish(owned->flight, std::move(answer));
}

// Unpredictable: whoever sees no question cannot forge its answer.
std::uint16_t Resolver::Impl::free_id() {
  for (;;) {
    const auto id = static_cast<std::uint16_t>(random());
    if (ids.test(id)) continue;
    ids.set(id);
    return id;
  }
}

void Resolver::Impl::send(const FlightPointer& flight) {
  constexpr int kInternet = 1;
  constexpr int kRecursive = 1;
  const std::uint16_t id = free_id();
  unsigned char* query = nullptr;
  int length = 0;
  const int made = ares_create_query(flight->name.c_str(), kInternet,
                                     static_cast<int>(flight->type), id,
                                     kRecursive, &query, &length, kUdpOctets);
  if (made != ARES_SUCCESS) {
    ids.reset(id);
    finish(flight, {});
    return;
  }
  // RFC 6840 5.7: by AD in a question one asks for AD in the answer.
  query[3] = static_cast<unsigned char>(query[3] | 0x20U);
  ++in_flight;
  ++counts.asked;
  deadlines.emplace_back(Clock::now() + options.deadline, flight);
  auto ticket = std::make_unique<Ticket>(*this, flight, id);
  ares_send(channel, query, length, &Impl::on_answer, ticket.release());
  ares_free_string(query);
}

void Resolver::Impl::send_waiting() {
  while (!waiting.empty() && in_flight < options.in_flight) {
    const FlightPointer flight = std::move(waiting.front());
    waiting.pop_front();
    send(flight);
  }
}

void Resolver::Impl::ask(std::string_view name, Type type, Answered done) {
  const std::string key = key_of(name, type);
  auto& flight = flights[key];
  if (flight) {
    flight->waiting.push_back(std::move(done));
    return;
  }
  flight = std::make_shared<Flight>();
  flight->key = key;
  flight->name = ascii_lower(name);
  flight->type = type;
  flight->waiting.push_back(std::move(done));
  const FlightPointer sent = flight;
  if (closing) {
    finish(sent, {});
  } else if (const Answer* known = find(name, type)) {
    finished.emplace_back(sent, *known);
    sent->over = true;
  } else {
    waiting.push_back(sent);
    send_waiting();
  }
}

const Answer* Resolver::Impl::find(std::string_view name, Type type) {
  const std::string key = key_of(name, type);
  const Answer* known = cache.find(key, Clock::now());
  if (known == nullptr && options.shelf != nullptr) {
    if (const auto kept = options.shelf->find(key)) {
      cache.put(key, *kept, Clock::now());
      known = cache.find(key, Clock::now());
    }
  }
  if (known != nullptr) ++counts.cached;
  return known;
}

void Resolver::Impl::finish(const FlightPointer& flight, Answer answer) {
  if (answer.outcome == Outcome::kUnknown) {
    ++counts.unknown;
    answer.ttl = options.unknown_ttl;
  }
  cache.put(flight->key, answer, Clock::now());
  if (options.shelf != nullptr) options.shelf->put(flight->key, answer);
  flight->over = true;
  finished.emplace_back(flight, std::move(answer));
}

void Resolver::Impl::deliver() {
  while (!finished.empty()) {
    const auto [flight, answer] = std::move(finished.front());
    finished.pop_front();
    // From now on the same question is a new one.
    flights.erase(flight->key);
    for (const Answered& done : flight->waiting) done(answer);
    flight->waiting.clear();
  }
}

void Resolver::Impl::expire() {
  const auto now = Clock::now();
  while (!deadlines.empty() &&
         (deadlines.front().second->over || deadlines.front().first <= now)) {
    const FlightPointer flight = std::move(deadlines.front().second);
    deadlines.pop_front();
    if (!flight->over) finish(flight, {});
  }
}

void Resolver::Impl::wait(std::chrono::milliseconds most) {
  auto until = std::max(most, std::chrono::milliseconds(0));
  if (!deadlines.empty()) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(
        deadlines.front().first - Clock::now());
    until = std::clamp(left, std::chrono::milliseconds(0), until);
  }
  timeval room{};
  timeval longest{.tv_sec = until.count() / 1000,
                  .tv_usec = until.count() % 1000 * 1000};
  const timeval* next = ares_timeout(channel, &longest, &room);
  const auto pause =
      static_cast<int>(next->tv_sec * 1000 + (next->tv_usec + 999) / 1000);
  epoll_event events[16];
  const int count = epoll_wait(poll, events, 16, pause);
  for (int i = 0; i < count; ++i) {
    const auto bits = events[i].events;
    const int socket = events[i].data.fd;
    const bool reads = (bits & (EPOLLIN | EPOLLERR | EPOLLHUP)) != 0;
    const bool writes = (bits & EPOLLOUT) != 0;
    ares_process_fd(channel, reads ? socket : ARES_SOCKET_BAD,
                    writes ? socket : ARES_SOCKET_BAD);
  }
  // Whose time is over.
  if (count <= 0) ares_process_fd(channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
}

void Resolver::Impl::turn(std::chrono::milliseconds most) {
  send_waiting();
  if (finished.empty() && !flights.empty()) wait(most);
  expire();
  deliver();
  send_waiting();
}

Resolver::Resolver(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Resolver::~Resolver() = default;

Result<std::unique_ptr<Resolver>> Resolver::open(ResolverOptions options) {
  auto impl = std::make_unique<Impl>(std::move(options));
  if (auto opened = impl->open(); !opened) {
    return std::unexpected(opened.error());
  }
  return std::unique_ptr<Resolver>(new Resolver(std::move(impl)));
}

void Resolver::ask(std::string_view name, Type type, Answered done) {
  impl_->ask(name, type, std::move(done));
}
void Resolver::turn(std::chrono::milliseconds most) { impl_->turn(most); }
void Resolver::use(Shelf* shelf) { impl_->options.shelf = shelf; }
bool Resolver::is_idle() const { return impl_->flights.empty(); }
const ResolverCounts& Resolver::counts() const { return impl_->counts; }
const Answer* Resolver::find(std::string_view name, Type type) {
  return impl_->find(name, type);
}

}  // namespace lostletter::dns
