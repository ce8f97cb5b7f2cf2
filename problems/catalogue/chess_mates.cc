#include "problems/catalogue/chess_mates.h"

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "problems/catalogue/hashed_split.h"
#include "problems/parameters.h"
#include "problems/readers/pgn.h"
#include "problems/sources/source.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

constexpr const char* kMates[] = {"2", "3", "4"};

std::string MateFile(absl::string_view mate) { return absl::StrCat("mate_in_", mate, ".pgn"); }

Source PychessPuzzles() {
  return {.name = "pychess",
          .debian_package = "pychess",
          .folder = "usr/share/pychess/learn/puzzles",
          .needs = {MateFile("2"), MateFile("3"), MateFile("4")}};
}

// Board, side to move, castling and en passant: the clocks behind them say nothing of the position.
absl::StatusOr<std::string> PositionOf(const PgnGame& game) {
  const std::string fen = game.Tag("FEN");
  std::vector<absl::string_view> fields = absl::StrSplit(fen, ' ', absl::SkipEmpty());
  if (fields.size() < 4)
    return absl::DataLossError(absl::StrCat("the FEN '", fen, "' has no four fields"));
  fields.resize(4);
  return absl::StrJoin(fields, " ");
}

class ChessMates : public Problem {
 public:
  ChessMates(std::string name, std::string parameters, std::string mate)
      : name_(std::move(name)), parameters_(std::move(parameters)), mate_(std::move(mate)) {}

  ProblemSpec Spec() const override {
    ProblemSpec spec;
    spec.name = name_;
    spec.parameters = parameters_;
    spec.summary = absl::StrCat("a chess position to the moves that end in mate",
                                mate_ == "all" ? "" : absl::StrCat(" in ", mate_));
    spec.inputs = {{.name = "position", .modality = "text", .options = "vocab: {kind: char}"}};
    spec.targets = {{.name = "moves",
                     .modality = "text",
                     .options = "vocab: {kind: char}",
                     .metrics = {"exact_match", "cer"}}};
    spec.provenance = {.source = "Debian package pychess (its puzzles of mates in 2, 3 and 4)",
                       .licence = "GPL-3+ (PyChess)",
                       .size = "10.3 MB"};
    spec.sources = {PychessPuzzles().name};
    return spec;
  }

  absl::Status Generate(const GenerateOptions& options, ExampleSink& sink) const override {
    T2T_ASSIGN_OR_RETURN(const std::string folder, FetchSource(PychessPuzzles(), options));
    std::set<std::string> seen;
    for (const char* mate : kMates) {
      if (mate_ != "all" && mate_ != mate) continue;
      const std::string path = absl::StrCat(folder, "/", MateFile(mate));
      T2T_ASSIGN_OR_RETURN(const std::vector<PgnGame> games, ReadPgn(path));
      for (const PgnGame& game : games) {
        absl::StatusOr<std::string> position = PositionOf(game);
        if (position.ok() && game.moves.empty())
          position = absl::DataLossError("the position has no moves");
        if (!position.ok()) {
          T2T_RETURN_IF_ERROR(sink.Broken(absl::StrCat(path, ":", game.line), position.status()));
          continue;
        }
        if (!seen.insert(*position).second) {
          sink.LeftOut("positions equal to one before");
          continue;
        }
        const std::string players = absl::StrCat(game.Tag("White"), "|", game.Tag("Black"));
        const std::string split =
            HashedSplit("chess_mates",
                        players == "|" ? *position : absl::StrCat(players, "|", game.Tag("Date")));
        Example example;
        example.key = absl::StrCat(MateFile(mate), ":", game.line);
        example.ports["position"] = *std::move(position);
        example.ports["moves"] = absl::StrJoin(game.moves, " ");
        T2T_RETURN_IF_ERROR(sink.Add(split, std::move(example)));
      }
    }
    return absl::OkStatus();
  }

 private:
  std::string name_, parameters_, mate_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Problem>> MakeChessMates(const ProblemParameters& parameters) {
  std::string mate = "all";
  ParameterReader reader(parameters);
  reader.Choice("mate", &mate, {"all", "2", "3", "4"});
  T2T_RETURN_IF_ERROR(reader.Finish());
  return std::make_unique<ChessMates>(InstanceName("chess_mates", parameters), reader.Describe(),
                                      mate);
}

}  // namespace t2t
