// SPDX-License-Identifier: Apache-2.0
//
// Held letters in SQLite (store/held.h). Every change is one BEGIN IMMEDIATE
// transaction, so two processes at one file take turns; a commit is on disk
// when it returns (sqlite_store.h: synchronous=FULL).
#pragma once

#include "store/connection.h"
#include "store/held.h"

namespace lostletter::store {

class SqliteHeld final : public HeldLetters {
 public:
  // Both outlive it; no writer: read only.
  SqliteHeld(Connection& reader, Connection* writer)
      : reader_(reader), writer_(writer) {}

  void expect(const HeldLetter& letter) override;
  Arrived arrive(const Arrival& arrival, Seconds now) override;
  std::optional<HeldLetter> find_held(std::string_view code) override;
  std::vector<HeldLetter> list_held(const HeldFilter& filter) override;
  std::optional<SealedContent> held_content(std::string_view code) override;
  std::vector<HeldCounts> count_held() override;
  bool decide(const HeldAnswer& answer, const Actor& actor,
              Seconds now) override;
  std::vector<Claim> claim(HeldState state, Seconds now, Seconds until,
                           std::size_t most) override;
  bool hand(const Claim& claim, const Actor& actor, Seconds now) override;
  bool settle(const Claim& claim, HeldEvent event, std::string_view trouble,
              Seconds next_at, const Actor& actor, Seconds now) override;
  bool acknowledge(std::string_view token, Seconds now) override;
  bool is_token(std::string_view token) override;
  std::vector<HeldLetter> claim_notices(std::size_t notices, Seconds before,
                                        Seconds now, Seconds until,
                                        std::size_t most) override;
  void noticed(std::string_view code, std::string_view detail,
               Seconds now) override;
  std::vector<HeldLetter> overdue(Seconds now, std::size_t most) override;
  std::vector<std::string> sealed_otherwise(std::string_view key,
                                            std::size_t most) override;
  bool reseal(std::string_view code, std::string_view before,
              const SealedContent& content, Seconds now) override;
  std::size_t under_way_of(std::string_view address) override;
  std::size_t sweep_held(Seconds lapsed_before, Seconds ended_before,
                         Seconds now) override;
  std::vector<ActionLine> read_actions(std::uint64_t after,
                                       std::size_t most) override;

  // Removes the letters of a person that have ended; the number of rows.
  std::size_t forget_held(std::string_view address);

 private:
  Connection::Turn write(std::string_view doing);
  std::size_t write_ahead(std::string_view content, std::string_view bytes,
                          Seconds now);
  std::size_t lapse(Seconds before, Seconds now);
  std::size_t remove_unneeded();
  std::size_t remove_strays(Seconds before);
  std::size_t remove_ended(Seconds before);
  std::size_t remove_letter(const std::string& code);

  Connection& reader_;
  Connection* writer_;
};

}  // namespace lostletter::store
