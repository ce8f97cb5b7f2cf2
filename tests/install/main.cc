#include <iostream>
#include <vector>

#include "registry/suggest.h"

int main() {
  const std::vector<std::string> known = {"lstm", "transformer"};
  std::cout << "did you mean '" << t2t::NearestName("trasnformer", known) << "'?\n";
}
