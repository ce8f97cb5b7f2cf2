#include "tensor2tensor/runs/provenance.h"

#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <torch/version.h>

#include <ctime>
#include <fstream>
#include <string>
#include <thread>

#include "tensor2tensor/runs/revision.h"

namespace t2t {
namespace {

std::string Processor() {
  std::ifstream file("/proc/cpuinfo");
  std::string line;
  while (std::getline(file, line)) {
    if (line.rfind("model name", 0) == 0) {
      const size_t colon = line.find(": ");
      if (colon != std::string::npos) return line.substr(colon + 2);
    }
  }
  return "unknown";
}

}  // namespace

nlohmann::json RunProvenance() {
  char time[32];
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  std::strftime(time, sizeof time, "%Y-%m-%dT%H:%M:%SZ", &utc);
  return {{"version", Version()},
          {"revision", Revision()},
          {"processor", Processor()},
          {"cores", std::thread::hardware_concurrency()},
          {"threads", at::get_num_threads()},
          {"torch", TORCH_VERSION},
          {"libraries", LinkedLibraries()},
          {"cpu_capability", at::get_cpu_capability()},
          {"time", time}};
}

}  // namespace t2t
