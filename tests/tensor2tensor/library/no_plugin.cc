// A shared library that is no plug-in: it has but one of the two functions.
#include <cstdlib>

extern "C" void t2t_register(void*) { std::abort(); }
