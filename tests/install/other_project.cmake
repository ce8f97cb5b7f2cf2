# The CMakeLists.txt of a project that uses an installed tensor2tensor.
cmake_minimum_required(VERSION 3.25)
project(other LANGUAGES CXX)
find_package(tensor2tensor 0.1 REQUIRED)
add_executable(main main.cc every_header.cc)
target_link_libraries(main PRIVATE tensor2tensor::tensor2tensor)
