import { Button, PasswordInput, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { ApiError } from '../api/client.ts';
import { LogoMark } from '../app/logo-mark.tsx';
import { useSignIn } from '../app/session.ts';
import classes from './sign-in-page.module.css';

export function SignInPage() {
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const signIn = useSignIn();

  const submit = (event: FormEvent) => {
    event.preventDefault();
    signIn.mutate({ username: username.trim(), password });
  };

  return (
    <main className={classes.page}>
      <form className={classes.card} onSubmit={submit}>
        <LogoMark size={40} />
        <h1 className={classes.title}>Sign in to Skopos</h1>
        <TextInput
          label="User name"
          name="username"
          autoComplete="username"
          size="md"
          required
          withAsterisk={false}
          autoFocus
          value={username}
          onChange={(event) => setUsername(event.currentTarget.value)}
        />
        <PasswordInput
          label="Password"
          name="password"
          autoComplete="current-password"
          size="md"
          required
          withAsterisk={false}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <p className={classes.error} role="alert">
          {signIn.error && explain(signIn.error)}
        </p>
        <Button type="submit" variant="filled" size="md" loading={signIn.isPending}>
          Sign in
        </Button>
        <p className={classes.help}>
          The first start prints the user name and a generated password in its output.
        </p>
      </form>
    </main>
  );
}

function explain(error: unknown): string {
  if (!(error instanceof ApiError)) return String(error);
  if (error.status === 401) return 'The user name or the password is not right.';
  return [error.problem.message, error.problem.hint].filter(Boolean).join(' ');
}
