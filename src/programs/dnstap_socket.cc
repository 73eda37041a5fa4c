// SPDX-License-Identifier: Apache-2.0
#include "programs/dnstap_socket.h"

#include <array>
#include <csignal>
#include <list>
#include <vector>

#include <poll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sinkhole/frame_stream.h"

namespace lostletter::programs {
namespace {

using sinkhole::Frame;
using sinkhole::FrameKind;

constexpr std::size_t kMostWriters = 64;
constexpr int kTick = 2000;  // milliseconds

struct Writer {
  int descriptor = -1;
  sinkhole::FrameReader frames;
};

void send_frame(const Writer& writer, FrameKind kind) {
  const std::string frame = sinkhole::control_frame(kind);
  // Forty octets into an empty buffer: they fit, or the writer is no writer.
  (void)::send(writer.descriptor, frame.data(), frame.size(),
               MSG_NOSIGNAL | MSG_DONTWAIT);
}

// False when the writer is at its end.
bool obey(const Writer& writer, const Frame& frame, const DnstapCalls& calls) {
  switch (frame.kind) {
    case FrameKind::kData:
      calls.payload(frame.data);
      return true;
    case FrameKind::kReady:
      send_frame(writer, FrameKind::kAccept);
      return true;
    case FrameKind::kStop:
      send_frame(writer, FrameKind::kFinish);
      return false;
    case FrameKind::kStart:
    case FrameKind::kAccept:
    case FrameKind::kFinish:
      break;
  }
  return true;
}

// Takes what is there. False when nothing more comes.
bool read_some(Writer& writer, const DnstapCalls& calls) {
  std::array<char, 65536> piece;  // NOLINT: filled before it is read
  const auto size =
      ::recv(writer.descriptor, piece.data(), piece.size(), MSG_DONTWAIT);
  if (size < 0) return errno == EAGAIN || errno == EINTR;
  if (size == 0) return false;
  writer.frames.feed({piece.data(), static_cast<std::size_t>(size)});
  for (;;) {
    const auto frame = writer.frames.next();
    if (!frame) {
      calls.trouble(frame.error().message);
      return false;
    }
    if (!*frame) return true;
    if (!obey(writer, **frame, calls)) return false;
  }
}

int block_signals() {
  sigset_t ending;
  sigemptyset(&ending);
  sigaddset(&ending, SIGTERM);
  sigaddset(&ending, SIGINT);
  sigprocmask(SIG_BLOCK, &ending, nullptr);
  return ::signalfd(-1, &ending, SFD_CLOEXEC);
}

void admit(int door, std::list<Writer>& writers) {
  const int descriptor = ::accept4(door, nullptr, nullptr, SOCK_CLOEXEC);
  if (descriptor < 0) return;
  if (writers.size() >= kMostWriters) {
    ::close(descriptor);
    return;
  }
  writers.push_back({descriptor, {}});
}

}  // namespace

void serve_dnstap(int descriptor, const DnstapCalls& calls) {
  const int signals = block_signals();
  std::list<Writer> writers;
  auto ticked = std::chrono::steady_clock::now();
  for (;;) {
    std::vector<pollfd> polled = {{signals, POLLIN, 0},
                                  {descriptor, POLLIN, 0}};
    for (const Writer& writer : writers) {
      polled.push_back({writer.descriptor, POLLIN, 0});
    }
    const int ready = ::poll(polled.data(), polled.size(), kTick);
    if (ready > 0 && polled[0].revents != 0) break;
    std::size_t number = 2;
    for (auto writer = writers.begin(); ready > 0 && writer != writers.end();) {
      const bool speaks = polled[number++].revents != 0;
      if (!speaks || read_some(*writer, calls)) {
        ++writer;
        continue;
      }
      ::close(writer->descriptor);
      writer = writers.erase(writer);
    }
    if (ready > 0 && polled[1].revents != 0) admit(descriptor, writers);
    const auto now = std::chrono::steady_clock::now();
    if (now - ticked >= std::chrono::milliseconds(kTick)) {
      ticked = now;
      calls.tick();
    }
  }
  for (const Writer& writer : writers) ::close(writer.descriptor);
  ::close(descriptor);
  ::close(signals);
}

}  // namespace lostletter::programs
