// `dotnet cake` looks for ./build.cake and no setting renames it. Everything is in build/.
#load "build/bootstrap.cake"
